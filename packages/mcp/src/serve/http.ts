import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isBearer, isLoopback, isOwnName, listenFailure } from '@fgm/viewer';
import type { OpenServer } from '../server.ts';

/** Requests that take longer than this to arrive are cut, in milliseconds. */
const REQUEST_MS = 30_000;
const PATH = '/mcp';

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** What requests must bring; null lets everybody in who can reach the address. */
  readonly token: string | null;
}

export interface RunningHttp {
  /** Such as `http://127.0.0.1:8060/mcp`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves any number of clients over HTTP. @throws Error when the address cannot be listened on; the message says which and why */
export async function serveHttp(opened: OpenServer, options: HttpOptions): Promise<RunningHttp> {
  const server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
    const refused = refusalOf(request, options);
    if (refused !== null) return refuse(response, refused);
    void answer(opened, request, response);
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.port, options.host, resolve);
  try {
    await listening;
  } catch (cause) {
    throw listenFailure(options, cause);
  }
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}${PATH}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** A server and a transport for each request: there is nothing to remember between two, and so nothing that can be lost. */
async function answer(opened: OpenServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const server = opened.connection();
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.once('close', () => void server.close());
  try {
    await server.connect(transport);
    await transport.handleRequest(request, response);
  } catch (error) {
    if (!response.headersSent) refuse(response, { status: 500, message: (error as Error).message });
  }
}

interface Refusal {
  readonly status: number;
  readonly message: string;
}

function refusalOf({ url = '', method, headers }: IncomingMessage, { host, token }: HttpOptions): Refusal | null {
  if (url.split('?')[0] !== PATH) return { status: 404, message: `there is nothing here: clients connect to ${PATH}` };
  if (token !== null && !isBearer(headers.authorization, token))
    return { status: 401, message: 'this server wants a token: send it as Authorization: Bearer TOKEN' };
  if (!isOfHere(headers, host)) return { status: 403, message: 'pages of other hosts may not ask this server' };
  // Without sessions there is no stream of news to open, and none to end.
  if (method !== 'POST') return { status: 405, message: 'only POST is answered: there are no sessions' };
  return null;
}

/**
 * A page in a browser may ask any server, also by a name of its own that leads to this machine: what listens on this machine alone
 * takes only its names, and pages must come from where they ask.
 */
function isOfHere({ host, origin }: IncomingMessage['headers'], listensOn: string): boolean {
  if (isLoopback(listensOn) && !isOwnName(host)) return false;
  return origin === undefined || nameOf(origin)?.host === nameOf(`http://${host}`)?.host;
}

function nameOf(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

function refuse(response: ServerResponse, { status, message }: Refusal): void {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (status === 405) headers['allow'] = 'POST';
  response
    .writeHead(status, headers)
    .end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message }, id: null }));
}
