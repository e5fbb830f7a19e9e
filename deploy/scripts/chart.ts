import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from '@fgm/testkit';

const DEPLOY = fileURLToPath(new URL('../', import.meta.url));
export const CHART = `${DEPLOY}helm/fine-grained-monitor`;
export const MANIFESTS = `${DEPLOY}manifests`;
export const GOLDEN = `${DEPLOY}test/golden`;

/** What goldens and plain manifests are rendered for: Helm's own default is another with each of its versions. */
const KUBERNETES = '1.34.0';
const NAME = 'fine-grained-monitor';

/** The chart's scenarios: `default` of `ci/default-values.yaml`. */
export function scenarios(): readonly string[] {
  return readdirSync(`${CHART}/ci`)
    .filter((file) => file.endsWith('-values.yaml'))
    .map((file) => file.slice(0, -'-values.yaml'.length))
    .toSorted();
}

/** Arguments of helm for a scenario. */
export function valuesOf(scenario: string): readonly string[] {
  return ['--values', `${CHART}/ci/${scenario}-values.yaml`];
}

/** All objects as `helm template` makes them. @throws Error with what helm said */
export function rendered(args: readonly string[], kubernetes = KUBERNETES): string {
  return run('helm', ['template', NAME, CHART, '--namespace', NAME, '--kube-version', kubernetes, ...args]);
}

/** Each object by the name of its template; the text begins with the line `# Source: …`. */
function objectsOf(text: string): readonly (readonly [template: string, text: string])[] {
  const objects = text.split(/^---\n/m).filter((object) => object.trim() !== '');
  return objects.map((object) => {
    const template = /^# Source: \S+\/templates\/(\S+)$/m.exec(object)?.[1];
    if (template === undefined) throw new Error(`helm named no template of:\n${object}`);
    return [template, object];
  });
}

/** Objects that hold whole files, which have tests of their own. */
const HOLD_FILES = new Set(['prometheusrule.yaml', 'dashboards.yaml']);

/** What the golden of a scenario is to be. */
export function goldenOf(scenario: string): string {
  const objects = objectsOf(rendered(valuesOf(scenario))).filter(([template]) => !HOLD_FILES.has(template));
  return objects.map(([, text]) => `---\n${text}`).join('');
}

/** Pods need this level for hostPID, directories of the node and two capabilities. */
const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata:
  name: ${NAME}
  labels:
    pod-security.kubernetes.io/enforce: privileged
`;

/** The files of deploy/manifests by name: the default scenario, an object a file, in the order in which they are to be made. */
export function plainManifests(): ReadonlyMap<string, string> {
  const objects = objectsOf(rendered(valuesOf('default')));
  // What says that Helm looks after an object is not true of these.
  const helms = /^( *helm\.sh\/chart:| *app\.kubernetes\.io\/managed-by:|# Source:).*\n/gm;
  const plain = objects.map(([template, text]) => [template, text.replaceAll(helms, '')] as const);
  const files = new Map([['00-namespace.yaml', NAMESPACE], ...plain]);
  if (files.size !== objects.length + 1) throw new Error('two objects have one file');
  return files;
}
