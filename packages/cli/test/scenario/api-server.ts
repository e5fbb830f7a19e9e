import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

export interface Stored {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Plural names, by kind; of all others there is nothing here. */
const RESOURCES: Readonly<Record<string, string>> = { configmaps: 'ConfigMap', jobs: 'Job', pods: 'Pod' };

/** A server ends here whoever has not this token. */
export const TOKEN = 'a-token-of-the-test';

/**
 * What scenarios ask of an API server, in memory: objects are created, listed and deleted by label in namespaces that there are, a
 * job has a pod at once, pods have a log, and a path below a pod's proxy leads to another server. Errors are Status objects.
 *
 * Left out: validation, defaults, admission, versions and watches of objects, pods that really run, TLS, and all other verbs.
 */
export class ApiServer {
  readonly objects: Stored[] = [];
  /** Calls, in their order. */
  readonly calls: string[] = [];
  /** Where paths below the proxy of a pod lead, by `pod:port`. */
  readonly proxied = new Map<string, string>();
  readonly namespaces = ['default', 'shop'];
  /** Kinds that this user may not create. */
  readonly forbidden = new Set<string>();
  #server = createServer((asked, answer) => void this.#answer(asked, answer));

  static async start(t: Test): Promise<ApiServer> {
    const server = new ApiServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    t.teardown(() => {
      server.#server.closeAllConnections();
      server.#server.close();
    });
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(object: Stored): void {
    this.objects.push(object);
  }

  async #answer(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(asked.url ?? '/', this.url);
    this.calls.push(`${asked.method} ${url.pathname}`);
    const say = (status: number, body: object): void =>
      void answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const refuse = (code: number, message: string): void =>
      say(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code });
    if (asked.headers.authorization !== `Bearer ${TOKEN}`) return refuse(401, 'Unauthorized');
    const [, , namespace, resource = '', name, part, rest = ''] =
      /^\/(api\/v1|apis\/batch\/v1)(?:\/namespaces\/([^/]+))?\/(\w+)(?:\/([^/]+))?(?:\/(log|proxy))?(\/.*)?$/.exec(
        url.pathname,
      ) ?? [];
    const kind = RESOURCES[resource];
    if (kind === undefined) return refuse(404, 'the server could not find the requested resource');
    if (part === 'proxy') return this.#proxy(asked, answer, name ?? '', `${rest}${url.search}`);
    const fitting = this.objects.filter(
      (object) =>
        object.kind === kind &&
        (namespace === undefined || object.metadata.namespace === namespace) &&
        selects(url.searchParams.get('labelSelector') ?? '', object.metadata.labels),
    );
    if (part === 'log') {
      if (!this.objects.some((object) => object.kind === 'Pod' && object.metadata.name === name))
        return refuse(404, `pods "${name}" not found`);
      return void answer.end(`2026-01-01T00:00:00.5Z ${url.searchParams.get('container')}: started\n`);
    }
    if (asked.method === 'POST') {
      const object = JSON.parse(await bodyOf(asked)) as Stored;
      if (!this.namespaces.includes(namespace ?? '')) return refuse(404, `namespaces "${namespace}" not found`);
      if (this.forbidden.has(kind))
        return refuse(403, `${resource} is forbidden: User "somebody" cannot create resource "${resource}"`);
      this.#create(object);
      return say(201, object);
    }
    if (asked.method === 'DELETE') for (const object of fitting) this.objects.splice(this.objects.indexOf(object), 1);
    return say(200, { kind: `${kind}List`, apiVersion: 'v1', items: fitting });
  }

  #create(object: Stored): void {
    this.objects.push(object);
    if (object.kind !== 'Job') return;
    const { template } = object['spec'] as { template: { metadata: { labels: Record<string, string> } } };
    const { name, namespace } = object.metadata;
    this.objects.push({
      kind: 'Pod',
      metadata: { name: `${name}-${randomBytes(3).toString('hex')}`, namespace, labels: template.metadata.labels },
      spec: { nodeName: 'node-1' },
      status: {
        phase: 'Running',
        containerStatuses: [
          { restartCount: 2, state: { running: {} }, lastState: { terminated: { reason: 'OOMKilled' } } },
        ],
      },
    });
  }

  #proxy(asked: IncomingMessage, answer: ServerResponse, pod: string, path: string): void {
    const target = this.proxied.get(pod);
    if (target === undefined) return void answer.writeHead(503).end('no endpoints available');
    const onward = request(`${target}${path}`, { method: asked.method }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.end();
  }
}

/** `key` or `key=value`, with commas. */
function selects(selector: string, labels: Readonly<Record<string, string>>): boolean {
  return selector
    .split(',')
    .filter(Boolean)
    .every((each) => {
      const [key = '', value] = each.split('=');
      return value === undefined ? key in labels : labels[key] === value;
    });
}

async function bodyOf(asked: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of asked) text += String(piece);
  return text;
}
