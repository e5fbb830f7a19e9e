import type { FastifyPluginCallback } from 'fastify';
import { Problem } from '../http/problem.ts';

/** What a route answered. */
export interface Answered {
  readonly status: number;
  readonly text: string;
}

interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface QuerySchema {
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

interface Route {
  readonly path: readonly string[];
  readonly schema: { readonly querystring?: QuerySchema; readonly params?: QuerySchema };
  readonly handler: (request: object, reply: Reply) => unknown;
}

/** As much of a reply as routes use. */
class Reply {
  readonly raw: { once(event: 'close', done: () => void): void };
  #sent: string | null = null;

  constructor(signal: AbortSignal | undefined) {
    this.raw = { once: (_event, done) => signal?.addEventListener('abort', done, { once: true }) };
  }

  get sent(): string | null {
    return this.#sent;
  }

  header(): this {
    return this;
  }

  code(): this {
    return this;
  }

  type(): this {
    return this;
  }

  serializer(): this {
    return this;
  }

  send(text: string): this {
    this.#sent = text;
    return this;
  }
}

function valueOf(name: string, text: string | undefined, { type, ...rules }: Property): unknown {
  if (text === undefined) return rules.default;
  if (rules.enum !== undefined && !rules.enum.includes(text))
    throw new Problem('bad_request', `${name}: must be one of ${rules.enum.join(', ')}`);
  if (type === 'boolean') return text === 'true';
  if (type !== 'integer' && type !== 'number') return text;
  const number = Number(text);
  const { minimum = -Infinity, maximum = Infinity } = rules;
  if (!Number.isFinite(number) || number < minimum || number > maximum)
    throw new Problem('bad_request', `${name}: must be a number from ${minimum} to ${maximum}`);
  return number;
}

/** A query as its schema has it. @throws Problem for what does not fit */
function checked(texts: Readonly<Record<string, string>>, schema: QuerySchema | undefined): Record<string, unknown> {
  const missing = schema?.required?.find((name) => texts[name] === undefined);
  if (missing !== undefined) throw new Problem('bad_request', `must have required property '${missing}'`);
  const values = Object.entries(schema?.properties ?? {}).map(([name, property]) => [
    name,
    valueOf(name, texts[name], property),
  ]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<string, unknown>;
}

/** Lets the viewer's routes answer within a page: what fastify does for them over HTTP, as far as that page asks. */
export class RouteHost {
  readonly #routes: Route[] = [];

  constructor(plugins: readonly FastifyPluginCallback[]) {
    const host = {
      get: (path: string, { schema }: Pick<Route, 'schema'>, handler: Route['handler']) =>
        this.#routes.push({ path: path.slice(1).split('/'), schema, handler }),
    };
    for (const plugin of plugins) plugin(host as unknown as Parameters<FastifyPluginCallback>[0], {}, () => undefined);
  }

  /** @param question a path below `/api/v1/`, with its query. @throws what the signal was aborted with */
  async ask(question: string, signal?: AbortSignal): Promise<Answered> {
    // Who has gone before it is begun says so no more.
    signal?.throwIfAborted();
    try {
      return { status: 200, text: await this.#answer(question, signal) };
    } catch (error) {
      signal?.throwIfAborted();
      const problem = error instanceof Problem ? error : new Problem('internal', (error as Error).message);
      return { status: problem.status, text: JSON.stringify(problem.body) };
    }
  }

  async #answer(question: string, signal: AbortSignal | undefined): Promise<string> {
    const [path, query = ''] = question.split(/\?(.*)/s) as [string, string?];
    const parts = path.split('/');
    const fits = (one: Route): boolean =>
      one.path.length === parts.length && one.path.every((part, at) => part.startsWith(':') || part === parts[at]);
    const route = this.#routes.find(fits);
    if (route === undefined) throw new Problem('not_found', `there is no ${path.slice(0, 100)} in an exported page`);
    const named = route.path.flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), parts[at]!]] : []));
    const request = {
      query: checked(Object.fromEntries(new URLSearchParams(query)), route.schema.querystring),
      params: checked(Object.fromEntries(named) as Record<string, string>, route.schema.params),
      headers: {},
      url: question,
    };
    const reply = new Reply(signal);
    const body = await route.handler(request, reply);
    return body === reply ? (reply.sent ?? '') : JSON.stringify(body);
  }
}
