import type { FastifyPluginCallback } from 'fastify';
import type { FromSchema } from 'json-schema-to-ts';
import { EVENT_TYPES } from '@fgm/catalog';
import { eventsOf, type ShownEvent } from '../query/events.ts';
import type { Context } from '../http/context.ts';
import { idsByRecording } from '../http/find-containers.ts';
import { Problem } from '../http/problem.ts';
import { rangeOf } from '../http/range.ts';
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

const EVENT = objectOf({
  time: INSTANT,
  type: TEXT,
  severity: { ...TEXT, description: 'info, warning or critical.' },
  node: TEXT_OR_NULL,
  container: { ...TEXT_OR_NULL, description: 'Null for what happened to the recorder.' },
  pid: NUMBER_OR_NULL,
  detail: { type: 'object', additionalProperties: true },
});

const QUERY = {
  type: 'object',
  properties: {
    from: TIME,
    to: TIME,
    containers: { ...CONTAINERS, description: "Ids by commas; the recorder's own events come too." },
    types: {
      type: 'string',
      maxLength: 1000,
      description: 'By commas; all but starts and exits of processes unless given.',
    },
    limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 1000 },
  },
} as const;

/** There are hundreds a second on a machine that forks much. */
const TOO_COMMON: ReadonlySet<string> = new Set(['process_start', 'process_exit']);

export function eventRoutes({ recordings, limits, slots }: Context): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get<{ Querystring: FromSchema<typeof QUERY> }>(
      '/events',
      {
        schema: {
          summary: 'What happened, oldest first.',
          querystring: QUERY,
          response: {
            200: objectOf({
              events: listOf(EVENT),
              total: {
                ...INTEGER,
                description: 'How many there are; those after the limit are left out, the gravest last.',
              },
            }),
          },
        },
      },
      async ({ query }, reply) => {
        const { from, to } = rangeOf(recordings, limits, query);
        const containers = idsByRecording(recordings, query.containers);
        const types = typesOf(query.types);
        const found = await slots.run(reply.raw, async (signal) => {
          const events: (ShownEvent & { readonly node: string | null })[] = [];
          for (const recording of recordings.all) {
            const node = recordings.nodeOf(recording);
            const ids = containers === null ? null : new Set(containers.get(recording));
            const wanted = { from, to, types, containers: ids, signal };
            for (const event of await eventsOf(recording, wanted)) events.push({ ...event, node });
          }
          return events;
        });
        const kept = gravest(found, query.limit).sort((a, b) => a.time - b.time);
        return {
          events: kept.map((event) => ({ ...event, detail: JSON.parse(event.detail) as Record<string, unknown> })),
          total: found.length,
        };
      },
    );
    done();
  };
}

function typesOf(text: string | undefined): ReadonlySet<string> {
  if (text === undefined) return new Set(EVENT_TYPES.filter((type) => !TOO_COMMON.has(type)));
  const types = text.split(',');
  const unknown = types.find((type) => !(EVENT_TYPES as readonly string[]).includes(type));
  if (unknown !== undefined) {
    throw new Problem(
      'bad_request',
      `types: there is no event ${unknown.slice(0, 40)}; there are ${EVENT_TYPES.join(', ')}`,
    );
  }
  return new Set(types);
}

const GRAVITY: Readonly<Record<string, number>> = { critical: 2, warning: 1, info: 0 };

/** As many as wanted, the newest of the gravest. */
function gravest<E extends { readonly severity: string; readonly time: number }>(
  events: readonly E[],
  most: number,
): E[] {
  if (events.length <= most) return [...events];
  return events
    .toSorted((a, b) => (GRAVITY[b.severity] ?? 0) - (GRAVITY[a.severity] ?? 0) || b.time - a.time)
    .slice(0, most);
}
