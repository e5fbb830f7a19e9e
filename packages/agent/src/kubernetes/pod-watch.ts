/**
 * Keeps the pods of one node as the API server tells them, the way its own clients do:
 *
 *     list ──► watch from the list's resource version ──► ends after minutes, as asked ──► watch from the last version seen
 *      ▲                │
 *      └── back-off ◄───┴── 410 Gone (the version is too old), an error, a cut
 *
 * The first list asks for any version (`resourceVersion=0`), so that it is answered from the server's memory: an exact list
 * by node makes the server read every pod of the cluster from its database, and all nodes may start at once. Later lists ask
 * for one that is not older than what was seen.
 */
import { ApiError } from './api-error.ts';
import type { ApiClient } from './api-client.ts';
import type { Backoff } from './backoff.ts';
import { podOf, type Pod } from './pod.ts';
import type { PodIndex } from './pod-index.ts';
import { watchEventOf } from './watch-event.ts';

export interface PodWatchOptions {
  readonly client: Pick<ApiClient, 'get' | 'stream'>;
  /** Name of the node in Kubernetes. */
  readonly node: string;
  readonly backoff: Backoff;
  /** How long one watch is asked to last: this and by chance up to as much again. */
  readonly watchMs: number;
}

/** What it tells. */
export interface PodWatchListener {
  /** The index is another one now. */
  readonly changed: () => void;
  /** A list is complete, or a watch has told something: the pods are up to date. */
  readonly succeeded: () => void;
  /** `routine`: one that every long watch ends with now and then; the pods are still as good as up to date. */
  readonly failed: (error: ApiError, routine: boolean) => void;
}

const PODS = '/api/v1/pods';
/** Pods asked for at once. A server that answers from memory may give all the same. */
const PAGE = '50';
/** A watch that ends sooner, with nothing said, has not been one. */
const SHORTEST_WATCH_MS = 1_000;

export class PodWatch {
  readonly #options: PodWatchOptions;
  readonly #pods: PodIndex;
  readonly #listener: PodWatchListener;
  /** Where to go on from: the newest version seen. '0' is any, '' the newest there is. */
  #version = '0';
  #listed = false;
  /** Attempts in a row that gave nothing. */
  #failures = 0;

  constructor(options: PodWatchOptions, pods: PodIndex, listener: PodWatchListener) {
    this.#options = options;
    this.#pods = pods;
    this.#listener = listener;
  }

  /** Goes on until the signal ends it. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (!this.#listed) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        await this.#fail(ApiError.from(error), signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const pods: Pod[] = [];
    let version = '';
    let next: string | undefined;
    do {
      const page = pageOf(await this.#page(next, signal));
      pods.push(...page.items.flatMap((item) => podOf(item, this.#options.node) ?? []));
      version = page.version;
      next = page.next;
    } while (next !== undefined);
    this.#pods.replace(pods);
    this.#version = version;
    this.#listed = true;
    this.#listener.changed();
    this.#listener.succeeded();
  }

  async #page(next: string | undefined, signal: AbortSignal): Promise<unknown> {
    // A page after the first names its version itself.
    const from = next === undefined ? { resourceVersion: this.#version } : { continue: next };
    try {
      return await this.#options.client.get(PODS, { ...this.#selector, limit: PAGE, ...from }, signal);
    } catch (error) {
      const { status } = ApiError.from(error);
      // It cannot give a version as new as ours (410, 504): it was restored from a backup. What it has now will do.
      if (status === 410 || status === 504) this.#version = '';
      throw error;
    }
  }

  get #selector(): Readonly<Record<string, string>> {
    return { fieldSelector: `spec.nodeName=${this.#options.node}` };
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const seconds = Math.ceil((this.#options.watchMs * (1 + Math.random())) / 1000);
    const query = { ...this.#selector, watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: String(seconds) };
    const begun = performance.now();
    let told = 0;
    await this.#options.client.stream(
      PODS,
      { ...query, resourceVersion: this.#version },
      seconds * 1000,
      signal,
      (value) => {
        this.#take(value);
        told++;
        this.#prosper();
      },
    );
    if (told === 0 && performance.now() - begun < SHORTEST_WATCH_MS) throw new ApiError('cut', 'a watch ended at once');
    this.#prosper();
  }

  /** @throws ApiError when the server ends the watch by an error, or says what is none of its words */
  #take(value: unknown): void {
    const event = watchEventOf(value);
    if (event.type === 'ERROR') throw ApiError.ofStatus(event.code, event.message);
    if (event.type !== 'BOOKMARK') {
      const pod = podOf(event.object, this.#options.node);
      if (pod !== null && event.type === 'DELETED') this.#pods.delete(pod.uid);
      else if (pod !== null) this.#pods.set(pod);
      if (pod !== null) this.#listener.changed();
    }
    this.#version = event.version;
  }

  #prosper(): void {
    this.#failures = 0;
    this.#options.backoff.reset();
    this.#listener.succeeded();
  }

  async #fail(error: ApiError, signal: AbortSignal): Promise<void> {
    const routine = this.#listed && this.#failures++ === 0 && (error.reason === 'cut' || error.reason === 'gone');
    // After a cut the watch can go on where it was. After anything else, begin anew.
    this.#listed &&= routine && error.reason === 'cut';
    this.#listener.failed(error, routine);
    await pause(Math.max(this.#options.backoff.next(), error.retryAfterMs ?? 0), signal);
  }
}

/** Keeps nothing alive. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}

interface Page {
  readonly items: readonly unknown[];
  readonly version: string;
  /** Token of the page after this. */
  readonly next: string | undefined;
}

/** @throws ApiError `malformed` when it is no list */
function pageOf(value: unknown): Page {
  const { items, metadata } = (value ?? {}) as { items?: unknown; metadata?: Record<string, unknown> };
  const version = metadata?.['resourceVersion'];
  const next = metadata?.['continue'];
  // A list without pods has null for them.
  const list = items ?? [];
  if (!Array.isArray(list) || typeof version !== 'string') throw new ApiError('malformed', 'not a list of pods');
  return { items: list, version, next: typeof next === 'string' && next !== '' ? next : undefined };
}
