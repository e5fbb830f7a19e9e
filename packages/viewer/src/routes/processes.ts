import type { FastifyPluginCallback } from 'fastify';
import type { FromSchema } from 'json-schema-to-ts';
import { indexKey } from '@fgm/store';
import { PROCESS_FIGURES, type ProcessAt, processesAt } from '../query/processes-at.ts';
import type { Context } from '../http/context.ts';
import { idsByRecording } from '../http/find-containers.ts';
import { jsonNumber } from '../http/json-number.ts';
import { extentOf } from '../http/range.ts';
import {
  CONTAINERS,
  INSTANT,
  INTEGER,
  listOf,
  NUMBER_OR_NULL,
  objectOf,
  TEXT,
  TEXT_OR_NULL,
  TIME,
} from '../http/schema.ts';
import { parseTime } from '../http/time-text.ts';

const PROCESS = objectOf({
  node: TEXT_OR_NULL,
  container: TEXT,
  key: TEXT,
  pid: INTEGER,
  comm: TEXT_OR_NULL,
  cmdline: TEXT_OR_NULL,
  state: TEXT_OR_NULL,
  time: INSTANT,
  ...Object.fromEntries(PROCESS_FIGURES.map((name) => [name, NUMBER_OR_NULL])),
});

const QUERY = {
  type: 'object',
  properties: {
    at: { ...TIME, description: 'The instant: milliseconds since 1970, ISO 8601, or -15m; the newest unless given.' },
    containers: CONTAINERS,
    order: { enum: PROCESS_FIGURES, default: 'cpu_millicores', description: 'Those with the most of it first.' },
    limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 200 },
  },
} as const;

/** A tick may be late by so much and still be the one of the instant, in milliseconds. */
const LATE_MS = 500;

export function processRoutes({ recordings, slots }: Context): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get<{ Querystring: FromSchema<typeof QUERY> }>(
      '/processes',
      {
        schema: {
          summary: 'The processes that there were at an instant, each with its last row before it.',
          querystring: QUERY,
          response: { 200: objectOf({ at: INSTANT, processes: listOf(PROCESS), total: INTEGER }) },
        },
      },
      async ({ query }, reply) => {
        const newest = extentOf(recordings).latest ?? Date.now();
        const at = query.at === undefined ? newest : parseTime('at', query.at, newest);
        const containers = idsByRecording(recordings, query.containers);
        const found = await slots.run(reply.raw, async (signal) => {
          const all: (ProcessAt & { readonly node: string | null })[] = [];
          for (const recording of recordings.all) {
            const ids = containers === null ? null : containers.get(recording);
            if (ids === undefined) continue;
            const within = recordings.intervalOf(recording) + LATE_MS;
            const processes = await processesAt(recording, { at, within, containers: ids, signal });
            const node = recordings.nodeOf(recording);
            for (const process of processes) all.push({ ...process, node });
          }
          return all;
        });
        const most = (one: ProcessAt): number => {
          const value = one.figures[query.order];
          return Number.isNaN(value) ? -Infinity : value;
        };
        const listed = found.sort((a, b) => most(b) - most(a) || a.pid - b.pid).slice(0, query.limit);
        return { at, processes: listed.map(bodyOf), total: found.length };
      },
    );
    done();
  };
}

function bodyOf({ figures, ...process }: ProcessAt & { readonly node: string | null }) {
  const numbers = Object.entries(figures).map(([name, value]) => [name, jsonNumber(value)]);
  return {
    ...process,
    key: indexKey(process.container),
    ...(Object.fromEntries(numbers) as Record<string, number | null>),
  };
}
