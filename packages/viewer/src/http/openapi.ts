import { fastify, type FastifyInstance, type RouteOptions } from 'fastify';
import { PROBLEM } from './problem.ts';
import { WHEN_FIRST_ASKED } from './when-first-asked.ts';

type Described = Pick<RouteOptions, 'method' | 'url' | 'schema'>;

/**
 * Collects every route that is registered after this call.
 * @returns makes the OpenAPI document of them when it is first asked: what makes it is a sixth of all that a viewer loads, and few ask
 */
export function openApi(app: FastifyInstance, version: string): () => Promise<object> {
  const routes: Described[] = [];
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (method !== 'HEAD') routes.push({ method, url, ...(schema === undefined ? {} : { schema }) });
  });
  let document: Promise<object> | null = null;
  return () => (document ??= documentOf(routes, version));
}

async function documentOf(routes: readonly Described[], version: string): Promise<object> {
  const { default: swagger } = await import('@fastify/swagger');
  const described = fastify({ exposeHeadRoutes: false, schemaController: { compilersFactory: WHEN_FIRST_ASKED } });
  await described.register(swagger, {
    openapi: {
      info: {
        title: 'fine-grained-monitor viewer',
        version,
        description: 'What was recorded, over HTTP. Every failure has a status of 4xx or 5xx and says what went wrong.',
      },
    },
  });
  described.addSchema(PROBLEM);
  for (const route of routes) described.route({ ...route, handler: () => undefined });
  await described.ready();
  return described.swagger();
}
