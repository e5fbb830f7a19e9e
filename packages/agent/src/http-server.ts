import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthReport } from './health.ts';

/** What is served, made anew at each request. */
export interface Endpoints {
  /** The Prometheus text and its content type. */
  readonly metrics: () => Promise<{ readonly type: string; readonly body: string }>;
  readonly liveness: () => HealthReport;
  readonly readiness: () => HealthReport;
}

export interface ServerHandle {
  /** Where it listens, such as `http://127.0.0.1:9464`. */
  readonly url: string;
  close(): Promise<void>;
}

/** A request that takes longer than this is cut: a stuck scraper must not hold connections of a recorder. */
const TIMEOUT_MS = 10_000;

/**
 * Serves /metrics, /healthz and /readyz. On node:http alone: three routes do not pay for a framework's memory in the
 * process whose cost is the product's promise.
 *
 * @param endpoints null while the recorder is not there yet: then every request gets 503
 * @throws Error when the address cannot be listened on; the message says which and why
 */
export async function serve(
  address: { readonly host: string; readonly port: number },
  endpoints: () => Endpoints | null,
): Promise<ServerHandle> {
  const server = http.createServer((request, response) => {
    void answer(request, response, endpoints());
  });
  server.requestTimeout = TIMEOUT_MS;
  server.headersTimeout = TIMEOUT_MS;
  server.keepAliveTimeout = TIMEOUT_MS;
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'EADDRINUSE' ? 'the port is taken' : cause.message;
      reject(
        new Error(`cannot listen on ${address.host}:${address.port}: ${reason}; choose another --listen or "off"`, {
          cause,
        }),
      );
    });
    server.listen(address.port, address.host, resolve);
  });
  const { port, family, address: host } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  endpoints: Endpoints | null,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(response, 405, 'text/plain', 'only GET is served here\n');
  }
  if (endpoints === null) return sendHealth(response, { ok: false, reason: 'starting' });
  try {
    if (path === '/metrics') {
      const { type, body } = await endpoints.metrics();
      return send(response, 200, type, body);
    }
    if (path === '/healthz') return sendHealth(response, endpoints.liveness());
    if (path === '/readyz') return sendHealth(response, endpoints.readiness());
    send(response, 404, 'text/plain', 'here are /metrics, /healthz and /readyz\n');
  } catch (error) {
    send(response, 500, 'text/plain', `${error instanceof Error ? error.message : String(error)}\n`);
  }
}

function sendHealth(response: http.ServerResponse, report: HealthReport): void {
  const body = { status: report.ok ? 'ok' : 'failing', reason: report.reason };
  send(response, report.ok ? 200 : 503, 'application/json', `${JSON.stringify(body)}\n`);
}

function send(response: http.ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
