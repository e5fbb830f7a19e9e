import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

/** Refuses what the schemas let through: parameters that a route does not have, numbers without an end, and texts with a NUL. */
export function refuseParameters(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => done(wrongIn(request)));
  app.addHook('preHandler', (request, _reply, done) => done(endlessIn(request)));
}

/** The schemas let `Infinity` and `1e999` be numbers, and greater than no maximum. */
function endlessIn({ query }: FastifyRequest): Problem | undefined {
  const wrong = Object.entries(query as Record<string, unknown>).find(
    ([, value]) => typeof value === 'number' && !Number.isFinite(value),
  );
  return wrong === undefined ? undefined : new Problem('bad_request', `${wrong[0]}: must be a number that ends`);
}

function wrongIn(request: FastifyRequest): Problem | undefined {
  const schema = request.routeOptions.schema?.querystring as { properties?: object } | undefined;
  const known = schema?.properties === undefined ? null : Object.keys(schema.properties);
  for (const [name, value] of Object.entries(request.query as Record<string, unknown>)) {
    // A misspelt filter would be answered with everything.
    if (known !== null && !known.includes(name)) {
      return new Problem('bad_request', `there is no parameter ${name.slice(0, 80)}; there are ${known.join(', ')}`);
    }
    if (hasNul(value)) return withNul(name);
  }
  const inBody = Object.entries(request.body ?? {}).find(([, value]) => hasNul(value));
  return inBody === undefined ? undefined : withNul(inBody[0]);
}

function hasNul(value: unknown): boolean {
  return [value].flat().some((one) => typeof one === 'string' && one.includes('\0'));
}

function withNul(name: string): Problem {
  return new Problem('bad_request', `${name.slice(0, 80)}: must be without NUL`);
}
