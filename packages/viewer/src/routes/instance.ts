import type { FastifyPluginCallback } from 'fastify';
import type { Context } from '../http/context.ts';
import { extentOf, isRecording } from '../http/range.ts';
import { INSTANT, INSTANT_OR_NULL, INTEGER, listOf, NUMBER, objectOf, TEXT, TEXT_OR_NULL } from '../http/schema.ts';

const INSTANCE = objectOf({
  version: { ...TEXT, description: 'Of the viewer.' },
  now: INSTANT,
  state: { enum: ['waiting', 'ready'], description: 'waiting: there is nothing in the data directories yet.' },
  recording: { type: 'boolean', description: 'Whether somebody is recording at the moment.' },
  earliest: INSTANT_OR_NULL,
  latest: INSTANT_OR_NULL,
  nodes: listOf(
    objectOf({
      node: TEXT,
      cluster: TEXT_OR_NULL,
      identifier: TEXT,
      interval_ms: { ...NUMBER, description: 'Milliseconds between ticks.' },
      recorder_version: TEXT_OR_NULL,
      kernel_release: TEXT_OR_NULL,
    }),
  ),
  indexing: {
    ...objectOf({ read: INTEGER, files: INTEGER }),
    type: ['object', 'null'],
    description:
      'How many files have been read to know all containers, where there is no index.json; null when all are known.',
  },
  skipped: listOf(objectOf({ path: TEXT, reason: TEXT }), 'Files that are not shown because they cannot be read.'),
});

export function instanceRoutes({ recordings, version }: Context): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get(
      '/instance',
      { schema: { summary: 'Who recorded, from when to when.', response: { 200: INSTANCE } } },
      () => {
        const now = Date.now();
        const extent = extentOf(recordings, now);
        const { earliest, latest } = extent;
        const nodes = recordings.all.flatMap((recording) => {
          const origin = recordings.originOf(recording);
          return origin === null
            ? []
            : [
                {
                  node: origin.node,
                  cluster: origin.cluster,
                  identifier: origin.identifier,
                  interval_ms: origin.intervalMs,
                  recorder_version: origin.recorderVersion,
                  kernel_release: origin.kernelRelease,
                },
              ];
        });
        return {
          version,
          now,
          state: latest === null ? 'waiting' : 'ready',
          recording: isRecording(extent, now),
          earliest,
          latest,
          nodes,
          indexing: recordings.indexing,
          skipped: recordings.all.flatMap(({ skipped }) => [...skipped]),
        };
      },
    );
    done();
  };
}
