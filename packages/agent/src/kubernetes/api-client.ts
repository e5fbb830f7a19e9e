import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Address } from '../config/address.ts';
import { VERSION } from '../version.ts';
import { ApiError } from './api-error.ts';
import { jsonBody, jsonLines } from './json-lines.ts';
import { readCredentials } from './service-account.ts';

export interface ApiClientOptions {
  readonly server: Address;
  /** Directory with `token` and `ca.crt`. */
  readonly serviceAccount: string;
  /** Most time until an answer begins, and until a list is complete. */
  readonly timeoutMs: number;
}

export type Query = Readonly<Record<string, string>>;

/** All pods of a full node, 250 of 250 KB. The API server takes no object above 1.5 MB. */
const LONGEST_BODY = 64 * 2 ** 20;
const LONGEST_LINE = 4 * 2 ** 20;
const LONGEST_COMPLAINT = 64 * 2 ** 10;
const LONGEST_RETRY_AFTER_MS = 300_000;
const KEEP_ALIVE_MS = 30_000;

/** Reads from the API server of Kubernetes, over TLS, with the credentials of a service account. All methods throw ApiError. */
export class ApiClient {
  readonly #options: ApiClientOptions;
  #agent: https.Agent | null = null;
  #ca = '';

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /** One answer, whole. @param signal ends it; what it throws then means nothing */
  async get(path: string, query: Query, signal: AbortSignal): Promise<unknown> {
    return within(this.#options.timeoutMs, signal, async (ended) =>
      jsonBody(await this.#request(path, query, ended), LONGEST_BODY),
    );
  }

  /**
   * A stream of JSON lines, handed over one by one until the server ends it.
   *
   * @param lastsMs how long the server has been asked to keep it open; one that outlasts it is taken for dead
   */
  async stream(
    path: string,
    query: Query,
    lastsMs: number,
    signal: AbortSignal,
    take: (value: unknown) => void,
  ): Promise<void> {
    const { timeoutMs } = this.#options;
    await within(lastsMs + timeoutMs, signal, async (ended) => {
      const answer = await within(timeoutMs, ended, (opened) => this.#request(path, query, opened));
      ended.addEventListener('abort', () => answer.destroy(), { once: true });
      for await (const value of jsonLines(answer, LONGEST_LINE)) take(value);
    });
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = null;
  }

  async #request(path: string, query: Query, signal: AbortSignal): Promise<IncomingMessage> {
    const { token, ca } = readCredentials(this.#options.serviceAccount);
    const answer = await this.#send(
      `${path}?${new URLSearchParams(query).toString()}`,
      token,
      this.#agentFor(ca),
      signal,
    );
    if (answer.statusCode === 200) return answer;
    throw await refusal(answer);
  }

  #send(path: string, token: string, agent: https.Agent, signal: AbortSignal): Promise<IncomingMessage> {
    const { host, port } = this.#options.server;
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': `fgm/${VERSION}` };
    return new Promise((resolve, reject) => {
      https.get({ host, port, path, agent, signal, headers }, resolve).once('error', reject);
    });
  }

  /** Connections are kept for the pages of a list; a new certificate authority begins anew. */
  #agentFor(ca: string): https.Agent {
    if (this.#agent !== null && this.#ca === ca) return this.#agent;
    this.close();
    this.#ca = ca;
    this.#agent = new https.Agent({ ca, keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets: 2 });
    return this.#agent;
  }
}

/**
 * Ends work that takes too long, or is not wanted any more.
 *
 * @throws ApiError whatever it was that went wrong
 */
async function within<V>(ms: number, outer: AbortSignal, work: (signal: AbortSignal) => Promise<V>): Promise<V> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ms);
  outer.addEventListener('abort', abort, { once: true });
  try {
    if (outer.aborted) abort();
    return await work(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) throw new ApiError('timeout', `no end after ${ms} ms`, { cause: error });
    throw ApiError.from(error);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', abort);
  }
}

async function refusal(answer: IncomingMessage): Promise<ApiError> {
  const status = answer.statusCode ?? 0;
  return ApiError.ofStatus(status, await complaintOf(answer), retryAfterMs(answer.headers['retry-after']));
}

/** What the body says, if it can be had: the status alone tells enough. */
async function complaintOf(answer: IncomingMessage): Promise<string> {
  try {
    const { message } = (await jsonBody(answer, LONGEST_COMPLAINT)) as { message?: unknown };
    return typeof message === 'string' ? message : 'without a reason';
  } catch {
    return 'without a reason that can be read';
  }
}

/** The header counts seconds here; the other form, a date, the API server does not use. */
function retryAfterMs(header: string | undefined): number | null {
  const seconds = /^\d{1,6}$/.test(header ?? '') ? Number(header) : null;
  return seconds === null ? null : Math.min(seconds * 1000, LONGEST_RETRY_AFTER_MS);
}
