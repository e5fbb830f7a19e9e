import type { FastifyPluginCallback } from 'fastify';
import type { FromSchema } from 'json-schema-to-ts';
import { indexKey } from '@fgm/store';
import type { Recording } from '../recordings/recording.ts';
import type { KnownContainer } from '../recordings/recordings.ts';
import { findMetric } from '../recordings/metric.ts';
import { rank, RANKINGS } from '../query/ranking.ts';
import type { Context } from '../http/context.ts';
import { jsonNumber } from '../http/json-number.ts';
import { Problem } from '../http/problem.ts';
import { rangeOf } from '../http/range.ts';
import { INSTANT, INTEGER, listOf, NUMBER_OR_NULL, objectOf, TEXT, TEXT_OR_NULL, TIME } from '../http/schema.ts';

const CONTAINER = objectOf(
  {
    id: { ...TEXT, description: 'Whole id; the cgroup for services and the host.' },
    key: { ...TEXT, description: 'Its first 12 characters.' },
    node: TEXT,
    namespace: TEXT_OR_NULL,
    pod: TEXT_OR_NULL,
    container: TEXT_OR_NULL,
    qos: TEXT_OR_NULL,
    runtime: TEXT_OR_NULL,
    pod_uid: TEXT_OR_NULL,
    labels: { type: 'object', additionalProperties: TEXT },
    first_seen: INSTANT,
    last_seen: INSTANT,
    value: { ...NUMBER_OR_NULL, description: 'What the metric of `top` came to.' },
  },
  ['value'],
);

const QUERY = {
  type: 'object',
  properties: {
    search: { type: 'string', maxLength: 200, description: 'Part of an id or a name.' },
    namespace: { type: 'string', maxLength: 253 },
    qos: { type: 'string', maxLength: 20 },
    node: { type: 'string', maxLength: 253 },
    labels: { type: 'string', maxLength: 2000, description: 'key=value,key=value: all of them.' },
    from: { ...TIME, description: 'Only those seen after this time.' },
    to: { ...TIME, description: 'Only those seen before this time.' },
    top: { type: 'string', maxLength: 200, description: 'A metric: those with the most of it first.' },
    by: { enum: RANKINGS, default: 'avg' },
    limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 1000 },
  },
} as const;

type Query = FromSchema<typeof QUERY>;

const ALL_TIME = { from: -Infinity, to: Infinity };

export function containerRoutes({ recordings, limits, slots }: Context): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get<{ Querystring: Query }>(
      '/containers',
      {
        schema: {
          summary: 'Containers, services and hosts: those seen last first, or those with the most of a metric.',
          querystring: QUERY,
          response: {
            200: objectOf({
              containers: listOf(CONTAINER),
              total: { ...INTEGER, description: 'How many there are without the limit.' },
              complete: {
                type: 'boolean',
                description:
                  'Whether all are known: without an index.json that takes a while, as `indexing` of GET instance tells.',
              },
            }),
          },
        },
      },
      async ({ query }, reply) => {
        const anyTime = query.from === undefined && query.to === undefined;
        const range = anyTime ? ALL_TIME : rangeOf(recordings, limits, query);
        const wanted = matcherOf(query);
        const all = recordings.containers().filter((one) => wanted(one) && isSeen(one, range));
        const listed =
          query.top === undefined
            ? byRecency(all)
            : await slots.run(reply.raw, (signal) => byMetric(all, query.top!, query, signal));
        return {
          containers: listed.slice(0, query.limit),
          total: listed.length,
          complete: recordings.indexing === null,
        };
      },
    );
    done();
  };

  async function byMetric(containers: readonly KnownContainer[], name: string, query: Query, signal: AbortSignal) {
    const metric = findMetric(recordings.metrics(), name);
    if (metric === undefined)
      throw new Problem('unknown_metric', `top: there is no metric ${name.slice(0, 80)}; GET metrics lists all`);
    const range = rangeOf(recordings, limits, query);
    const figures = new Map<Recording, ReadonlyMap<string, number>>();
    for (const recording of recordings.all) {
      const interval = recordings.intervalOf(recording);
      figures.set(recording, await rank(recording, metric, { ...range, signal }, interval, query.by));
    }
    return containers
      .map((one) => ({ ...bodyOf(one), value: jsonNumber(figures.get(one.recording)!.get(one.full_id) ?? NaN) }))
      .sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity));
  }
}

function byRecency(containers: readonly KnownContainer[]) {
  return containers.map(bodyOf).sort((a, b) => b.last_seen - a.last_seen || (a.id < b.id ? -1 : 1));
}

function isSeen(
  { first_seen, last_seen }: KnownContainer,
  range: { readonly from: number; readonly to: number },
): boolean {
  return Date.parse(last_seen) >= range.from && Date.parse(first_seen) < range.to;
}

/** @throws Problem for labels that are none */
function matcherOf(query: {
  readonly search?: string;
  readonly namespace?: string;
  readonly qos?: string;
  readonly node?: string;
  readonly labels?: string;
}): (container: KnownContainer) => boolean {
  const search = query.search?.toLowerCase();
  const labels = labelsOf(query.labels);
  return (container) => {
    const { namespace, pod_name: pod, container_name: name, full_id: id, qos_class: qos, node } = container;
    if (query.namespace !== undefined && namespace !== query.namespace) return false;
    if (query.qos !== undefined && qos !== query.qos) return false;
    if (query.node !== undefined && node !== query.node) return false;
    if (labels.some(([key, value]) => container.labels[key] !== value)) return false;
    return (
      search === undefined || [namespace, pod, name, id].some((text) => text?.toLowerCase().includes(search) === true)
    );
  };
}

function labelsOf(text: string | undefined): (readonly [key: string, value: string])[] {
  if (text === undefined || text === '') return [];
  return text.split(',').map((pair) => {
    const at = pair.indexOf('=');
    if (at <= 0) throw new Problem('bad_request', `labels: wanted key=value,key=value, found ${pair.slice(0, 80)}`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
}

function bodyOf(container: KnownContainer) {
  return {
    id: container.full_id,
    key: indexKey(container.full_id),
    node: container.node,
    namespace: container.namespace,
    pod: container.pod_name,
    container: container.container_name,
    qos: container.qos_class,
    runtime: container.runtime,
    pod_uid: container.pod_uid,
    labels: { ...container.labels },
    first_seen: Date.parse(container.first_seen),
    last_seen: Date.parse(container.last_seen),
  };
}
