import compress from '@fastify/compress';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { isBearer } from './bearer.ts';
import type { Context } from './context.ts';
import { Counts } from './counts.ts';
import { healthRoutes } from './health.ts';
import { type Exporter, SENDING_LIMITS, type SendingLimits } from './exporter.ts';
import { Problem, PROBLEM } from './problem.ts';
import { openApi } from './openapi.ts';
import { isOwnName } from './own-name.ts';
import { PAGE_PATHS, pageRoutes } from './page.ts';
import { refuseParameters } from './refused-parameters.ts';
import { closeSlowClients, STALL_MS } from './slow-clients.ts';
import { selfMetrics } from './self-metrics.ts';
import { Slots } from './slots.ts';
import { TRANSPORT } from './transport.ts';
import { WHEN_FIRST_ASKED } from './when-first-asked.ts';
import { containerRoutes } from '../routes/containers.ts';
import { dashboardRoutes } from '../routes/dashboards.ts';
import { eventRoutes } from '../routes/events.ts';
import { exportRoutes } from '../routes/export.ts';
import { instanceRoutes } from '../routes/instance.ts';
import { liveRoutes } from '../routes/live.ts';
import { metricRoutes } from '../routes/metrics.ts';
import { processRoutes } from '../routes/processes.ts';
import { sqlRoutes } from '../routes/sql.ts';
import { studyRoutes } from '../routes/studies.ts';
import { timeseriesRoutes } from '../routes/timeseries.ts';
import { type SqlOptions, SqlQueries } from '../sql/sql-queries.ts';

/** A request that takes longer than this is cut, in milliseconds: who sends a header a minute holds nothing. */
const REQUEST_MS = 30_000;
/** A page has all that is chosen in its address: a thousand containers with the names of their nodes. */
const MOST_URL = 128 * 1024;
/** When to ask again what could not be answered yet. */
const RETRY_SECONDS = 2;
/** What is answered without a token: how the viewer is, and the page, which asks for one. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics', ...PAGE_PATHS]);

export interface AppOptions extends Omit<Context, 'slots' | 'counts' | 'transport' | 'exporter'> {
  readonly exporter?: Exporter | null;
  readonly sending?: SendingLimits;
  /** What `Authorization: Bearer` must say; null lets everybody in. */
  readonly token: string | null;
  /** Takes only requests that ask for this machine by its own names: for what listens on it alone. */
  readonly ownNamesOnly?: boolean;
  /** How long a client may take nothing of what it is sent, in milliseconds. */
  readonly stallMs?: number;
  /** Who runs SQL; null where that is not wanted. */
  readonly sql?: SqlOptions | null;
}

/** Everything that the viewer answers to. Not listening yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const counts = new Counts();
  const app = fastify({
    requestTimeout: REQUEST_MS,
    // In front of routes and hooks alike: a longer one is no question.
    routerOptions: { maxParamLength: 1000, ignoreTrailingSlash: true },
    ajv: { customOptions: { coerceTypes: 'array', removeAdditional: false, useDefaults: true, allErrors: false } },
    schemaController: { compilersFactory: WHEN_FIRST_ASKED },
    http: { maxHeaderSize: MOST_URL },
    bodyLimit: 1024 * 1024,
    frameworkErrors: (error, _request, reply: FastifyReply) => answer(reply, problemOf(error), counts),
  });
  counts.watch(app.server);
  closeSlowClients(app.server, counts, options.stallMs ?? STALL_MS);
  answerProblems(app, counts);
  refuseParameters(app);
  if (options.token !== null) askForToken(app, options.token);
  // Who has the token may come by any name: a page in a browser does not have it.
  else if (options.ownNamesOnly === true) askForOwnName(app);
  const document = openApi(app, options.version);
  await app.register(compress, { global: true, threshold: 1024, encodings: ['br', 'gzip', 'deflate', 'identity'] });
  app.addSchema(PROBLEM);
  healthRoutes(app, options.recordings);
  pageRoutes(app);
  const { exporter = null, sending = SENDING_LIMITS } = options;
  const context: Context = { ...options, counts, slots: new Slots(counts), transport: TRANSPORT, exporter };
  selfMetrics(app, context);
  await app.register(
    async (api) => {
      for (const routes of [
        instanceRoutes,
        metricRoutes,
        containerRoutes,
        timeseriesRoutes,
        processRoutes,
        studyRoutes,
        eventRoutes,
        (made: Context) => exportRoutes(made, sending),
        dashboardRoutes,
        liveRoutes,
      ]) {
        await api.register(routes(context));
      }
      if (options.sql) await api.register(sqlRoutes(context, new SqlQueries(options.sql, counts)));
    },
    { prefix: '/api/v1' },
  );
  app.get('/openapi.json', { schema: { hide: true } }, document);
  return app;
}

function answerProblems(app: FastifyInstance, counts: Counts): void {
  app.setErrorHandler((error: FastifyError | Problem, _request, reply) => answer(reply, problemOf(error), counts));
  app.setNotFoundHandler((request, reply) => {
    const problem = new Problem(
      'not_found',
      `there is no ${request.method} ${request.url.slice(0, 100)}; GET /openapi.json lists all`,
    );
    answer(reply, problem, counts);
  });
}

function answer(reply: FastifyReply, problem: Problem, counts: Counts): void {
  // Who has gone is told nothing, and that work for them was given up is no fault.
  if (!reply.raw.destroyed) counts.failed(problem.code);
  if (problem.status === 503) void reply.header('retry-after', String(RETRY_SECONDS));
  void reply.code(problem.status).header('cache-control', 'no-store').send(problem.body);
}

function problemOf(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  if (error.validation !== undefined) {
    const [first] = error.validation;
    const parameter = first?.instancePath.slice(1) ?? '';
    return new Problem('bad_request', `${parameter === '' ? '' : `${parameter}: `}${first?.message ?? error.message}`);
  }
  if (error.statusCode !== undefined && error.statusCode < 500) return new Problem('bad_request', error.message);
  return new Problem('internal', error.message);
}

function askForOwnName(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (isOwnName(request.headers.host)) return done();
    const asked = (request.headers.host ?? '').slice(0, 100);
    done(
      new Problem(
        'foreign_host',
        `this viewer serves its own machine and is not called '${asked}': ask for localhost, or start it with --listen or --token`,
      ),
    );
  });
}

function askForToken(app: FastifyInstance, token: string): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (OPEN_PATHS.has(request.routeOptions.url ?? '') || isBearer(request.headers.authorization, token)) return done();
    done(new Problem('unauthorized', 'this viewer wants a token: send it as Authorization: Bearer TOKEN'));
  });
}
