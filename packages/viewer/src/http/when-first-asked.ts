/**
 * Validators that are made when a route is first asked, and no serializers: to make those of all routes, and to load what makes them,
 * takes a fifth of the time until a viewer is ready. An answer is what its route returns; that it is of its schema is tested.
 */
import { createRequire } from 'node:module';
import type { FastifyServerOptions } from 'fastify';

type Factory = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/** A validator, which says no and then has `errors`. */
interface Made {
  (data: unknown): unknown;
  errors?: unknown;
}
type Build = (schemas: unknown, options: unknown) => (route: unknown) => Made;

const require = createRequire(import.meta.url);

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** @param load what returns what builds compilers */
function whenFirstAsked(load: () => unknown): Build {
  return (schemas, options) => {
    const compiler = once(() => (load() as () => Build)()(schemas, options));
    return (route) => {
      const made = once(() => compiler()(route));
      const run: Made = (data) => {
        const result = made()(data);
        run.errors = made().errors;
        return result;
      };
      return run;
    };
  };
}

export const WHEN_FIRST_ASKED: Factory = {
  buildValidator: whenFirstAsked((): unknown => require('@fastify/ajv-compiler')) as NonNullable<
    Factory['buildValidator']
  >,
  buildSerializer: () => () => (data) => JSON.stringify(data),
};
