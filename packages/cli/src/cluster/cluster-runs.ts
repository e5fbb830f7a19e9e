import { setTimeout as pause } from 'node:timers/promises';
import {
  clusterObjects,
  RUN_ANNOTATION,
  RUN_LABEL,
  SCENARIO_LABEL,
  type ClusterObject,
  type ClusterRun,
  type KubeClient,
} from '@fgm/scenarios/cluster';
import { makePlan, possibleScenarios, type ScenarioName } from '@fgm/scenarios';
import { CommandFailure } from '../failure.ts';
import type { RunRequest } from '../scenario/run-request.ts';

/** Paths of the API, by kind. */
const PATHS: Readonly<Record<string, string>> = {
  Job: '/apis/batch/v1/namespaces/NAMESPACE/jobs',
  Pod: '/api/v1/namespaces/NAMESPACE/pods',
  ConfigMap: '/api/v1/namespaces/NAMESPACE/configmaps',
};
/** In this order nothing is started again that was removed. */
const KINDS = ['Job', 'Pod', 'ConfigMap'] as const;

const LOOK_MS = 500;
const PATIENCE_MS = 90_000;

interface ListOf<Item> {
  readonly items: readonly Item[];
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string };
  readonly running?: object;
  readonly terminated?: { readonly reason?: string };
}

interface PodObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly state?: ContainerState;
      readonly lastState?: ContainerState;
    }[];
  };
}

/** A pod of a run. */
export interface RunPod {
  readonly scenario: string;
  readonly pod: string;
  /** Null until it has a place. */
  readonly node: string | null;
  readonly state: string;
  readonly restarts: number;
  /** Why it was started again last. */
  readonly last: string | null;
}

/** The runs in one namespace of a cluster. All methods throw ClusterError, and CommandFailure for runs that there are not. */
export class ClusterRuns {
  readonly #client: KubeClient;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** `namespace NS of context NAME`, for messages. */
  get place(): string {
    const { namespace, name } = this.#client.context;
    return `namespace ${namespace} of ${name}`;
  }

  /** Makes the objects of a run; when that fails in the middle, those that were made go again. */
  async start(run: string, request: RunRequest, image: string): Promise<{ run: ClusterRun; leftOut: ScenarioName[] }> {
    const { possible, leftOut } = possibleScenarios(request.scenarios, { limits: true, compiler: false });
    if (possible.length === 0)
      throw new CommandFailure(`${leftOut.join(', ')} cannot be had in a cluster: its load is no shell script`);
    const { seed, sizes, durationMs } = request;
    const plan = makePlan({
      containers: possible.length,
      seed,
      minutes: (durationMs ?? 0) / 60_000,
      scenarios: possible,
      sizes,
    });
    const { namespace } = this.#client.context;
    const begun: ClusterRun = {
      run,
      namespace,
      scenarios: possible,
      seed,
      began: new Date().toISOString(),
      duration_ms: durationMs,
    };
    try {
      for (const object of clusterObjects(begun, plan, image)) await this.#create(object);
    } catch (error) {
      await this.#delete(run).catch(() => undefined); // what it has said first says more
      throw error;
    }
    return { run: begun, leftOut };
  }

  async all(): Promise<ClusterRun[]> {
    const { items } = await this.#client.get<ListOf<{ metadata: { annotations?: Readonly<Record<string, string>> } }>>(
      this.#path('ConfigMap'),
      { labelSelector: RUN_LABEL },
    );
    return items
      .flatMap(({ metadata }) => {
        const text = metadata.annotations?.[RUN_ANNOTATION];
        return text === undefined ? [] : [JSON.parse(text) as ClusterRun];
      })
      .toSorted((one, other) => one.began.localeCompare(other.began));
  }

  /** @param text an id, or its beginning; the only run where it is undefined */
  async find(text: string | undefined): Promise<ClusterRun> {
    const all = await this.all();
    const fitting = all.filter(({ run }) => text === undefined || run.startsWith(text));
    if (fitting.length === 1 && text !== '') return fitting[0]!;
    if (fitting.length > 1)
      throw new CommandFailure(`there are several runs: ${fitting.map(({ run }) => run).join(', ')}; name one of them`);
    const which = text === undefined ? 'no run' : `no run ${JSON.stringify(text.slice(0, 80))}`;
    throw new CommandFailure(`there is ${which} in ${this.place}; fgm scenario status lists them`);
  }

  /** @param run null for the pods of all runs */
  async pods(run: string | null): Promise<(RunPod & { readonly run: string })[]> {
    const labelSelector = run === null ? RUN_LABEL : `${RUN_LABEL}=${run}`;
    const { items } = await this.#client.get<ListOf<PodObject>>(this.#path('Pod'), { labelSelector });
    return items.map(({ metadata, spec, status }) => {
      const [container] = status?.containerStatuses ?? [];
      const state = container?.state;
      return {
        run: metadata.labels?.[RUN_LABEL] ?? '',
        scenario: metadata.labels?.[SCENARIO_LABEL] ?? '',
        pod: metadata.name,
        node: spec.nodeName ?? null,
        state: state?.waiting?.reason ?? state?.terminated?.reason ?? status?.phase ?? 'Pending',
        restarts: container?.restartCount ?? 0,
        last: container?.lastState?.terminated?.reason ?? null,
      };
    });
  }

  /** Removes all objects of a run and waits until its pods have gone. */
  async stop(run: string): Promise<void> {
    await this.#delete(run);
    for (const giveUp = performance.now() + PATIENCE_MS; ; await pause(LOOK_MS)) {
      const left = await this.pods(run);
      if (left.length === 0) return;
      if (performance.now() > giveUp)
        throw new CommandFailure(
          `the run ${run} is removed, but not yet gone: ${left.map(({ pod }) => pod).join(', ')}`,
        );
    }
  }

  async #create(object: ClusterObject): Promise<void> {
    await this.#client.create(this.#path(object.kind), object);
  }

  async #delete(run: string): Promise<void> {
    const query = { labelSelector: `${RUN_LABEL}=${run}`, propagationPolicy: 'Background' };
    for (const kind of KINDS) await this.#client.delete(this.#path(kind), query);
  }

  #path(kind: string): string {
    return PATHS[kind]!.replace('NAMESPACE', encodeURIComponent(this.#client.context.namespace));
  }
}
