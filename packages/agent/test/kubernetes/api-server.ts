/**
 * The part of a Kubernetes API server that lists and watches pods, over TLS, with bearer tokens. Written to the API's own
 * description (https://kubernetes.io/docs/reference/using-api/api-concepts/: list in pages, watch, bookmarks, 410 Gone in the
 * head and in the stream); no real API server can be had where these tests run, so they prove what is said there, not what a
 * given release does.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Authority } from './authority.ts';

export interface PodFacts {
  readonly name: string;
  readonly uid: string;
  readonly namespace?: string;
  readonly node?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** By the container's name. */
  readonly containers?: Readonly<Record<string, { id: string; image?: string; restarts?: number }>>;
}

/** A Pod object with what a kubelet would have filled in. */
export function podObject(facts: PodFacts, resourceVersion = '1'): Record<string, unknown> {
  const { name, uid, namespace = 'shop', node = 'node-1', labels, annotations, containers = {} } = facts;
  const statuses = Object.entries(containers).map(([container, { id, image = 'busybox:1', restarts = 0 }]) => ({
    name: container,
    containerID: `containerd://${id}`,
    image,
    imageID: 'sha256:0',
    ready: true,
    restartCount: restarts,
  }));
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace, uid, resourceVersion, labels, annotations, managedFields: [{ manager: 'kubelet' }] },
    spec: { nodeName: node, containers: Object.keys(containers).map((container) => ({ name: container })) },
    status: { phase: 'Running', containerStatuses: statuses },
  };
}

export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
}

/** What answers a request in the place of the server; true when it has. */
export type Trick = (asked: Asked, response: ServerResponse) => boolean;

export class ApiServer {
  /** Tokens that are let in. */
  readonly tokens = new Set(['token-1']);
  readonly asked: Asked[] = [];
  /** Asked first. */
  trick: Trick = () => false;
  /** Most pods of one page. */
  pageSize = 500;
  readonly #server: https.Server;
  readonly #sockets = new Set<Socket>();
  readonly #pods = new Map<string, PodFacts>();
  readonly #watches = new Set<{ response: ServerResponse; node: string }>();
  readonly #history: { version: number; line: string; node: string }[] = [];
  #version = 100;
  /** Versions before this are forgotten. */
  #compacted = 0;

  private constructor({ key, cert }: Authority) {
    this.#server = https.createServer({ key, cert }, (request, response) => this.#answer(request, response));
    this.#server.on('secureConnection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {}); // the client hangs up, as it may
    });
  }

  /** @param port a free one, or one where a server was before */
  static async start(authority: Authority, port = 0): Promise<ApiServer> {
    const server = new ApiServer(authority);
    server.#server.listen(port, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get watches(): number {
    return this.#watches.size;
  }

  lists(): Asked[] {
    return this.asked.filter(({ query }) => !query.has('watch'));
  }

  set(facts: PodFacts): void {
    const type = this.#pods.has(facts.uid) ? 'MODIFIED' : 'ADDED';
    this.#pods.set(facts.uid, facts);
    this.#tell(type, facts);
  }

  remove(uid: string): void {
    const facts = this.#pods.get(uid)!;
    this.#pods.delete(uid);
    this.#tell('DELETED', facts);
  }

  bookmark(): void {
    const object = { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: String(this.#version) } };
    this.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }

  /** Forgets the past, as a server does after minutes: who asks for older versions gets 410. */
  compact(): void {
    this.#version++;
    this.#compacted = this.#version;
  }

  /** Writes to all watches whatever it is. */
  write(bytes: string | Uint8Array): void {
    for (const { response } of this.#watches) response.write(bytes);
  }

  /** Ends all watches as the server does when their time is over. */
  endWatches(): void {
    for (const { response } of this.#watches) response.end();
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #tell(type: string, facts: PodFacts): void {
    const version = ++this.#version;
    const line = `${JSON.stringify({ type, object: podObject(facts, String(version)) })}\n`;
    const { node = 'node-1' } = facts;
    this.#history.push({ version, line, node });
    for (const watch of this.#watches) if (watch.node === node) watch.response.write(line);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams: query } = new URL(request.url!, 'https://server');
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    const asked = { path: pathname, query, token };
    this.asked.push(asked);
    if (this.trick(asked, response)) return;
    if (token === undefined || !this.tokens.has(token)) return refuse(response, 401, 'Unauthorized');
    if (pathname !== '/api/v1/pods') return refuse(response, 404, `no ${pathname} here`);
    const node = /^spec\.nodeName=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
    if (node === undefined) return refuse(response, 403, 'pods of all nodes are not for you');
    if (query.get('watch') === 'true') this.#watch(query, node, response);
    else this.#list(query, node, response);
  }

  #list(query: URLSearchParams, node: string, response: ServerResponse): void {
    const wanted = query.get('resourceVersion') ?? '';
    if (Number(wanted) > this.#version) return refuse(response, 504, 'Too large resource version');
    const pods = [...this.#pods.values()].filter(({ node: own = 'node-1' }) => own === node);
    const start = Number(query.get('continue') ?? 0);
    const end = Math.min(pods.length, start + Math.min(this.pageSize, Number(query.get('limit') ?? Infinity)));
    const metadata = {
      resourceVersion: String(this.#version),
      ...(end < pods.length ? { continue: String(end) } : {}),
    };
    const items = pods.slice(start, end).map((facts) => podObject(facts));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata, items: end > start ? items : null }));
  }

  #watch(query: URLSearchParams, node: string, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion'));
    if (from < this.#compacted) {
      // A watch that is asked for in the past is opened, and ended by an event that says so.
      response.writeHead(200, { 'content-type': 'application/json' });
      const object = {
        kind: 'Status',
        status: 'Failure',
        code: 410,
        reason: 'Expired',
        message: 'too old resource version',
      };
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    response.flushHeaders();
    for (const { version, line, node: own } of this.#history) if (version > from && own === node) response.write(line);
    const watch = { response, node };
    this.#watches.add(watch);
    response.once('close', () => this.#watches.delete(watch));
    response.once('finish', () => this.#watches.delete(watch));
  }
}

/** Refuses as the API does: with a Status object. */
export function refuse(
  response: ServerResponse,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code }));
}
