import { registerProcessMetrics, registerSampled, registerSampledHistogram, type Sample } from '@fgm/telemetry';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Recordings } from '../recordings/recordings.ts';
import { type Counts, DURATION_BOUNDS } from './counts.ts';
import { DATA_STATES, stateOf } from './data-state.ts';
import { PROBLEM_CODES } from './problem.ts';

/** Nodes that have lines of their own: a scrape stays small, however many directories are shown. */
const MOST_NODES = 50;

/** As other servers count it: no status that anybody was sent. */
const CLIENT_HAS_GONE = 499;

export interface Counted {
  readonly counts: Counts;
  readonly recordings: Recordings;
  readonly version: string;
}

/** Counts what is answered, and tells it at /metrics. prom-client takes 18 MB, so it is loaded when somebody asks. */
export function selfMetrics(app: FastifyInstance, counted: Counted): void {
  let registry: Promise<Registry> | null = null;
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const isGivenUp = reply.statusCode >= 500 && reply.raw.destroyed && !reply.raw.writableFinished;
    counted.counts.answered(route, isGivenUp ? CLIENT_HAS_GONE : reply.statusCode);
    // How long health, the page and a stream take says nothing, and would hide what questions take.
    if (route.startsWith('/api/') && route !== '/api/v1/live') counted.counts.took(reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    registry ??= makeRegistry(counted);
    const made = await registry;
    void reply.type(made.contentType);
    return made.metrics();
  });
}

async function makeRegistry({ counts, recordings, version }: Counted): Promise<Registry> {
  const { Registry } = await import('prom-client');
  const registry = new Registry();
  registerSampled(
    registry,
    { name: 'fgm_viewer_build_info', help: 'Version of the viewer and of Node.js; always 1.', type: 'gauge' },
    () => [{ labels: { version, node_version: process.versions.node }, value: 1 }],
  );
  registerRequests(registry, counts);
  registerQueries(registry, counts, recordings);
  registerSql(registry, counts);
  registerData(registry, recordings);
  registerProcessMetrics(registry, performance.timeOrigin);
  return registry;
}

type Samples = () => readonly Sample[] | number;

function counter(registry: Registry, name: string, help: string, samples: Samples): void {
  registerSampled(registry, { name: `fgm_viewer_${name}`, help, type: 'counter' }, () => listOf(samples()));
}

function gauge(registry: Registry, name: string, help: string, samples: Samples): void {
  registerSampled(registry, { name: `fgm_viewer_${name}`, help, type: 'gauge' }, () => listOf(samples()));
}

function listOf(samples: ReturnType<Samples>): readonly Sample[] {
  return typeof samples === 'number' ? [{ value: samples }] : samples;
}

function registerRequests(registry: Registry, counts: Counts): void {
  counter(registry, 'requests_total', 'Requests that were answered, by route and class of status.', () =>
    [...counts.requests].flatMap(([route, statuses]) =>
      [...statuses].map(([status, value]) => ({ labels: { route, status }, value })),
    ),
  );
  registerSampledHistogram(
    registry,
    {
      name: 'fgm_viewer_request_duration_seconds',
      help: 'Time from a request of /api/ until its answer was sent; live streams do not count.',
    },
    DURATION_BOUNDS,
    (bucket) => counts.durations[bucket]!,
    () => counts.durationSum,
  );
  counter(registry, 'problems_total', 'Requests that failed or were refused, by the code that they were told.', () =>
    PROBLEM_CODES.map((code) => ({ labels: { code }, value: counts.problems.get(code) ?? 0 })),
  );
  counter(registry, 'sent_bytes_total', 'Bytes sent over all connections.', () => counts.sentBytes);
  counter(
    registry,
    'slow_clients_total',
    'Connections closed because what was sent was not taken.',
    () => counts.slowClients,
  );
  gauge(registry, 'connections', 'Connections that are open.', () => counts.connections);
  gauge(registry, 'live_streams', 'Pages and others that are being told of new rows.', () => counts.liveStreams);
}

function registerQueries(registry: Registry, counts: Counts, { all }: Recordings): void {
  const { queries } = counts;
  counter(registry, 'queries_total', 'Questions about rows that were worked on.', () => queries.done);
  counter(registry, 'query_seconds_total', 'Time that they were worked on.', () => queries.seconds);
  counter(registry, 'query_wait_seconds_total', 'Time that they waited for others.', () => queries.waitedSeconds);
  counter(registry, 'query_rows_total', 'Rows read for them.', () => all.reduce((sum, one) => sum + one.rowsRead, 0));
  gauge(registry, 'queries', 'Questions about rows, running or waiting.', () =>
    (['running', 'waiting'] as const).map((state) => ({ labels: { state }, value: queries[state] })),
  );
}

function registerSql(registry: Registry, { sql }: Counts): void {
  counter(registry, 'sql_queries_total', 'Queries of SQL that were run.', () => sql.done);
  counter(registry, 'sql_seconds_total', 'Time that they took.', () => sql.seconds);
}

function registerData(registry: Registry, recordings: Recordings): void {
  const { all } = recordings;
  gauge(registry, 'files', 'Closed files that are shown.', () => all.reduce((sum, one) => sum + one.files().length, 0));
  gauge(registry, 'open_files', 'Closed files that are kept open.', () =>
    all.reduce((sum, { openFiles }) => sum + openFiles, 0),
  );
  gauge(registry, 'skipped_files', 'Files that are not shown because they cannot be read.', () =>
    all.reduce((sum, { skipped }) => sum + skipped.length, 0),
  );
  gauge(registry, 'directories', 'Data directories by whether somebody records into them.', () => {
    const states = all.map((recording) => stateOf(recording).state);
    return DATA_STATES.map((state) => ({ labels: { state }, value: states.filter((one) => one === state).length }));
  });
  gauge(
    registry,
    'newest_row_timestamp_seconds',
    `When the newest row of a node was written; of ${MOST_NODES} nodes at most.`,
    () => {
      const newest = new Map<string, number>();
      for (const recording of all) {
        const { latest } = stateOf(recording);
        if (latest === null) continue;
        const node = recordings.nodeOf(recording) ?? '';
        if (newest.has(node) || newest.size < MOST_NODES)
          newest.set(node, Math.max(latest / 1000, newest.get(node) ?? 0));
      }
      return [...newest].map(([node, value]) => ({ labels: { node }, value }));
    },
  );
}
