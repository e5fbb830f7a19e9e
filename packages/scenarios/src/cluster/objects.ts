import { readFileSync } from 'node:fs';
import type { Planned } from '../plan.ts';
import { LOAD_SCRIPT } from '../run/load-program.ts';
import type { ScenarioName } from '../scenarios.ts';

/** By these all objects of a run are found. */
export const RUN_LABEL = 'fine-grained-monitor.dev/run';
export const SCENARIO_LABEL = 'fine-grained-monitor.dev/scenario';
const MANAGED = { 'app.kubernetes.io/managed-by': 'fine-grained-monitor', 'app.kubernetes.io/component': 'scenario' };

/** What a run tells of itself, in an annotation. */
export const RUN_ANNOTATION = 'fine-grained-monitor.dev/run';

export interface ClusterRun {
  readonly run: string;
  readonly namespace: string;
  readonly scenarios: readonly ScenarioName[];
  readonly seed: number;
  readonly began: string;
  /** Null: until it is stopped. */
  readonly duration_ms: number | null;
}

/** Seconds after which the jobs of a run that is over go by themselves. */
const GONE_AFTER_S = 3600;
/** A container that fails is started again as long as the run lasts. */
const MOST_RESTARTS = 2 ** 31 - 1;
const SCRIPT = 'demo-load.sh';

/** Name of what all objects of a run have their names from; pods, too. */
export function nameOf(run: string): string {
  return `fgm-${run}`;
}

export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** The load as a script, and what is known of the run. */
function configMapOf(run: ClusterRun): ClusterObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: nameOf(run.run),
      namespace: run.namespace,
      labels: { ...MANAGED, [RUN_LABEL]: run.run },
      annotations: { [RUN_ANNOTATION]: JSON.stringify(run) },
    },
    data: { [SCRIPT]: readFileSync(LOAD_SCRIPT, 'utf8') },
  };
}

/** A scenario wants what it is limited to, so that it has a class of service as on a node of the demonstration. */
function resourcesOf({ memoryLimitBytes, cpuLimitMillicores }: Planned): object {
  const limits = {
    ...(memoryLimitBytes === null ? {} : { memory: String(memoryLimitBytes) }),
    ...(cpuLimitMillicores === null ? {} : { cpu: `${cpuLimitMillicores}m` }),
  };
  return Object.keys(limits).length === 0 ? {} : { requests: limits, limits };
}

/** A job: it ends by itself when its time is over, whoever started it, and its containers are started again when they fail. */
function jobOf(run: ClusterRun, planned: Planned, image: string): ClusterObject {
  const labels = { ...MANAGED, [RUN_LABEL]: run.run, [SCENARIO_LABEL]: planned.scenario };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${nameOf(run.run)}-${planned.scenario}`, namespace: run.namespace, labels },
    spec: {
      backoffLimit: MOST_RESTARTS,
      ttlSecondsAfterFinished: GONE_AFTER_S,
      ...(run.duration_ms === null ? {} : { activeDeadlineSeconds: Math.max(1, Math.ceil(run.duration_ms / 1000)) }),
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'OnFailure',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 1,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65_534,
            runAsGroup: 65_534,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: planned.scenario,
              image,
              command: ['sh', `/scenario/${SCRIPT}`, ...planned.load],
              env: [{ name: 'DEMO_LOG', value: '-' }],
              resources: resourcesOf(planned),
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              volumeMounts: [{ name: 'scenario', mountPath: '/scenario', readOnly: true }],
            },
          ],
          volumes: [{ name: 'scenario', configMap: { name: nameOf(run.run) } }],
        },
      },
    },
  };
}

/** The scenarios of the demonstration as objects of a cluster, in the order in which they are made. */
export function clusterObjects(run: ClusterRun, plan: readonly Planned[], image: string): ClusterObject[] {
  return [configMapOf(run), ...plan.map((planned) => jobOf(run, planned, image))];
}
