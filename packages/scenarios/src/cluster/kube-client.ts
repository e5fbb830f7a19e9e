import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { ClusterError } from './cluster-error.ts';
import { credentialsOf, type Credentials } from './credentials.ts';
import type { KubeContext } from './kubeconfig.ts';

export type Query = Readonly<Record<string, string>>;

/** Until an answer begins. */
const ANSWER_MS = 30_000;
const LONGEST_COMPLAINT = 64 * 1024;

/** The few calls of a Kubernetes API that scenarios need. All methods throw ClusterError. */
export class KubeClient {
  readonly context: KubeContext;
  readonly #credentials: Credentials;

  constructor(context: KubeContext) {
    this.context = context;
    this.#credentials = credentialsOf(context);
  }

  /** Where the server is. */
  get server(): string {
    return this.#credentials.server.href;
  }

  async get<Answer>(path: string, query: Query = {}): Promise<Answer> {
    return jsonOf<Answer>(await this.#request('GET', path, query));
  }

  async create(path: string, object: object): Promise<void> {
    await jsonOf(await this.#request('POST', path, {}, object));
  }

  async delete(path: string, query: Query): Promise<void> {
    await jsonOf(await this.#request('DELETE', path, query));
  }

  /** An answer as it comes: a log, or a file. */
  async open(path: string, query: Query): Promise<IncomingMessage> {
    return this.#request('GET', path, query);
  }

  async #request(method: string, path: string, query: Query, body?: object): Promise<IncomingMessage> {
    const { server, token, ca, cert, key, servername, rejectUnauthorized } = this.#credentials;
    const url = new URL(`${server.pathname.replace(/\/$/, '')}${path}`, server);
    url.search = new URLSearchParams(query).toString();
    const content = body === undefined ? undefined : JSON.stringify(body);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method,
        ca,
        cert,
        key,
        servername,
        rejectUnauthorized,
        headers: {
          Accept: 'application/json, */*',
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...(content === undefined
            ? {}
            : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(content) }),
        },
      };
      const request = (url.protocol === 'https:' ? https : http).request(url, options, resolve);
      request.setTimeout(ANSWER_MS, () => request.destroy(new Error(`no answer in ${ANSWER_MS / 1000} s`)));
      request.once('error', reject);
      request.end(content);
    }).catch((cause: unknown) => {
      throw new ClusterError(`${server.host} cannot be reached: ${reasonOf(cause)}`, { cause });
    });
    if ((answer.statusCode ?? 500) < 300) return answer;
    throw await refusal(answer, `${method} ${path}`);
  }
}

/** Several attempts at one name end in an error without a message. */
function reasonOf(cause: unknown): string {
  const { message, code } = cause as NodeJS.ErrnoException;
  return message || code || String(cause);
}

async function textOf(answer: IncomingMessage, longest = Number.POSITIVE_INFINITY): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > longest) break;
  }
  return Buffer.concat(pieces).toString();
}

async function jsonOf<Answer>(answer: IncomingMessage): Promise<Answer> {
  const text = await textOf(answer);
  try {
    return JSON.parse(text) as Answer;
  } catch (cause) {
    throw new ClusterError(`the API server answers what is no JSON: ${JSON.stringify(text.slice(0, 80))}`, { cause });
  }
}

/** What a Status object, or an error of a viewer behind the proxy, says. */
async function refusal(answer: IncomingMessage, call: string): Promise<ClusterError> {
  const text = await textOf(answer, LONGEST_COMPLAINT);
  let message = text.trim().split('\n', 1)[0]!.slice(0, 300);
  try {
    const said = JSON.parse(text) as { message?: string; error?: { message?: string } } | null;
    message = said?.message ?? said?.error?.message ?? message;
  } catch {
    // Plain text, as proxies say it.
  }
  const { statusCode: status = 500 } = answer;
  return new ClusterError(`${call}: ${status}: ${message.replaceAll(/\s*\n\s*/g, ' ')}`, { status });
}
