import type { Entity } from '@fgm/catalog';
import type { Logger } from 'pino';
import type { RecorderConfig } from '../config/recorder-config.ts';
import { ApiClient } from './api-client.ts';
import { API_ERROR_REASONS, ApiError, type ApiErrorReason } from './api-error.ts';
import { Backoff } from './backoff.ts';
import { enrich } from './enrich.ts';
import { PodIndex } from './pod-index.ts';
import { PodWatch } from './pod-watch.ts';

export type KubernetesConfig = Pick<RecorderConfig, 'nodeName' | 'kubernetesServer' | 'kubernetesServiceAccount'>;

/** Times, in milliseconds; what tests have shorter. */
export interface KubernetesPace {
  readonly timeoutMs: number;
  readonly watchMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

const PACE: KubernetesPace = { timeoutMs: 30_000, watchMs: 240_000, firstPauseMs: 800, longestPauseMs: 30_000 };

/** How it goes, for the self-metrics. */
export interface KubernetesFacts {
  readonly up: boolean;
  readonly pods: number;
  readonly cut: number;
  /** Milliseconds since the Unix epoch; null before the first. */
  readonly lastSuccess: number | null;
  readonly errors: ReadonlyMap<ApiErrorReason, number>;
}

/**
 * Names of pods from the API server. Whatever goes wrong here costs these names and nothing else: it has no part in
 * discovery, sampling or writing, says each change of its state once, and tries again for ever.
 */
export class KubernetesNames {
  readonly #pods = new PodIndex();
  readonly #config: KubernetesConfig;
  readonly #log: Logger;
  readonly #onChange: () => void;
  readonly #pace: KubernetesPace;
  readonly #errors = new Map<ApiErrorReason, number>(API_ERROR_REASONS.map((reason) => [reason, 0]));
  readonly #stop = new AbortController();
  #client: ApiClient | null = null;
  #running: Promise<void> = Promise.resolve();
  /** Null until the first answer or failure. */
  #up: boolean | null = null;
  #lastSuccess: number | null = null;

  /** @param onChange pods have come or changed: each entity is to be looked up again */
  constructor(config: KubernetesConfig, log: Logger, onChange: () => void, pace: KubernetesPace = PACE) {
    this.#config = config;
    this.#log = log;
    this.#onChange = onChange;
    this.#pace = pace;
  }

  get facts(): KubernetesFacts {
    const { size: pods, cut } = this.#pods;
    return { up: this.#up === true, pods, cut, lastSuccess: this.#lastSuccess, errors: this.#errors };
  }

  start(): void {
    const { kubernetesServer: server, kubernetesServiceAccount: serviceAccount, nodeName: node } = this.#config;
    if (server === null) {
      const missing = '--kubernetes-server is not given and KUBERNETES_SERVICE_HOST is not set: is this a pod?';
      return this.#failed(new ApiError('unconfigured', missing), false);
    }
    const { timeoutMs, watchMs, firstPauseMs, longestPauseMs } = this.#pace;
    this.#client = new ApiClient({ server, serviceAccount, timeoutMs });
    const backoff = new Backoff(firstPauseMs, longestPauseMs);
    const watch = new PodWatch({ client: this.#client, node, backoff, watchMs }, this.#pods, {
      changed: this.#onChange,
      succeeded: () => this.#succeeded(),
      failed: (error, routine) => this.#failed(error, routine),
    });
    this.#running = watch.run(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#client?.close();
  }

  /** The entity with what is known of its pod; itself when that adds nothing. @param before as it was last told */
  named(entity: Entity, before: Entity | undefined): Entity {
    const identity = enrich(entity.identity, this.#pods, before?.identity ?? null);
    return sameNames(identity, entity.identity) ? entity : { ...entity, identity };
  }

  #succeeded(): void {
    this.#lastSuccess = Date.now();
    if (this.#up === true) return;
    this.#up = true;
    const { size: pods } = this.#pods;
    const hint = pods === 0 ? '; no pod is on this node: is --node-name its name in Kubernetes?' : '';
    this.#log.info({ node: this.#config.nodeName, pods }, `pods are known from the API server${hint}`);
  }

  #failed(error: ApiError, routine: boolean): void {
    const { reason } = error;
    this.#errors.set(reason, this.#errors.get(reason)! + 1);
    this.#log.debug({ reason, routine, error: error.message }, 'a request to the API server failed');
    if (routine || this.#up === false) return;
    this.#up = false;
    const lost = 'the API server does not tell of pods: labels and annotations are not brought up to date';
    this.#log.warn({ reason, error: error.message }, lost);
  }
}

/** Whether two identities of one entity are the same. */
function sameNames(left: Entity['identity'], right: Entity['identity']): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
