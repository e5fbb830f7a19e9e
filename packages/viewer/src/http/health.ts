import type { FastifyInstance } from 'fastify';
import type { Recordings } from '../recordings/recordings.ts';
import { stateOf } from './data-state.ts';

interface Health {
  readonly status: 'ok' | 'failing';
  /** Why, in words. */
  readonly reason: string;
}

/** Whether it lives, and whether there is something to ask it for. */
export function healthRoutes(app: FastifyInstance, recordings: Recordings): void {
  app.get('/healthz', { schema: { hide: true } }, (_request, reply) => {
    void reply.header('cache-control', 'no-store').send({ status: 'ok', reason: 'it answers' });
  });
  app.get('/readyz', { schema: { hide: true } }, (_request, reply) => {
    const health = readiness(recordings);
    void reply
      .code(health.status === 'ok' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(health);
  });
}

/** Red when nothing can be read. It waits for a recorder as well as it shows one: both is being ready. */
function readiness({ all }: Recordings): Health {
  const states = all.map((recording) => stateOf(recording));
  const reasons = states.flatMap(({ reason }) => (reason === null ? [] : [reason]));
  if (reasons.length === all.length) return { status: 'failing', reason: reasons.join('; ') };
  const newest = Math.max(...states.map(({ latest }) => latest ?? -Infinity));
  const data = Number.isFinite(newest) ? `data up to ${new Date(newest).toISOString()}` : 'there are no data yet';
  return { status: 'ok', reason: [data, ...reasons].join('; ') };
}
