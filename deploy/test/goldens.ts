import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { GOLDEN } from '../scripts/chart.ts';

export interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly [probe: `${string}Probe`]:
    { readonly httpGet: { readonly path: string; readonly port: string } } | undefined;
}

export interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly containers: readonly Container[];
}

export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly template: { readonly spec: PodSpec } };
}

/** What each scenario was rendered to, by its name. */
export function goldens(): ReadonlyMap<string, readonly KubernetesObject[]> {
  const files = readdirSync(GOLDEN);
  return new Map(
    files.map((file) => [file.replace(/\.yaml$/, ''), objectsIn(readFileSync(`${GOLDEN}/${file}`, 'utf8'))]),
  );
}

/** @throws Error for what is no YAML */
export function objectsIn(text: string): readonly KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const object = document.toJSON() as KubernetesObject | null;
    return object === null ? [] : [object];
  });
}

/** @throws Error where there is no DaemonSet */
export function podOf(objects: readonly KubernetesObject[]): PodSpec {
  const daemonset = objects.find(({ kind }) => kind === 'DaemonSet');
  if (daemonset?.spec === undefined) throw new Error('no DaemonSet');
  return daemonset.spec.template.spec;
}
