/**
 * Writes deploy/test/schemas: JSON schemas of the kinds that the chart and scenarios make, for several versions of Kubernetes, each file complete in
 * itself and without descriptions. Both sources are packages of public registries; deploy/test/schemas/README.md says how to get them.
 *
 *     node deploy/scripts/kubernetes-schemas.ts KUBERNETES_VALIDATE PROMETHEUS_OPERATOR
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Schema = { readonly [key: string]: Json };

/** The oldest that the chart allows, the first with AppArmor as a field, one in use, the newest. */
const VERSIONS = ['v1.25.0', 'v1.30.0', 'v1.34.0', 'v1.37.0'];

/** By the names that kubernetes-validate gives them. */
const KINDS = new Map([
  ['clusterrole', 'clusterrole-rbac-v1'],
  ['clusterrolebinding', 'clusterrolebinding-rbac-v1'],
  ['configmap', 'configmap-v1'],
  ['daemonset', 'daemonset-apps-v1'],
  ['job', 'job-batch-v1'],
  ['namespace', 'namespace-v1'],
  ['networkpolicy', 'networkpolicy-networking-v1'],
  ['role', 'role-rbac-v1'],
  ['rolebinding', 'rolebinding-rbac-v1'],
  ['service', 'service-v1'],
  ['serviceaccount', 'serviceaccount-v1'],
]);
const RESOURCES = new Map([
  ['podmonitor', 'podmonitors'],
  ['servicemonitor', 'servicemonitors'],
  ['prometheusrule', 'prometheusrules'],
]);
/** What references end with; some have the file's name before. */
const REFERENCE = '#/$defs/';
const SCHEMAS = fileURLToPath(new URL('../test/schemas/', import.meta.url));

/** Without descriptions: in a schema these are texts, while a property of that name is an object. */
function bare(value: Json): Json {
  if (Array.isArray(value)) return value.map(bare);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([key, of]) => key !== 'description' || typeof of !== 'string');
  return Object.fromEntries(entries.map(([key, of]) => [key, bare(of)]));
}

function pointAt(value: Json, found: (name: string) => void): Json {
  if (Array.isArray(value)) return value.map((of) => pointAt(of, found));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, of]) => {
      if (key !== '$ref' || typeof of !== 'string') return [key, pointAt(of, found)];
      const [, name] = of.split(REFERENCE);
      if (name === undefined) throw new Error(`a reference to ${of}; wanted …${REFERENCE}NAME`);
      found(name);
      return [key, `${REFERENCE}${name}`];
    }),
  );
}

/** The schema with all the definitions that it leads to. */
function bundled(schema: Schema, definitions: Readonly<Record<string, Schema>>): Schema {
  const wanted: string[] = [];
  const used = new Map<string, Json>();
  const found = (name: string): void => void wanted.push(name);
  const whole = pointAt(schema, found) as Schema;
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (used.has(name)) continue;
    const definition = definitions[name];
    if (definition === undefined) throw new Error(`no definition of ${name}`);
    used.set(name, pointAt(definition, found));
  }
  return { ...whole, $defs: Object.fromEntries([...used].toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

/** What the API server prunes is a mistake here: objects with properties have no others. */
function strict(value: Json): Json {
  if (Array.isArray(value)) return value.map(strict);
  if (value === null || typeof value !== 'object') return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, of]) => [key, strict(of)]));
  const open = typeof inner['properties'] !== 'object' || 'additionalProperties' in inner || !('type' in inner);
  return open || inner['x-kubernetes-preserve-unknown-fields'] === true
    ? inner
    : { ...inner, additionalProperties: false };
}

function write(directory: string, name: string, schema: Json): void {
  mkdirSync(path.join(SCHEMAS, directory), { recursive: true });
  writeFileSync(path.join(SCHEMAS, directory, `${name}.json`), `${JSON.stringify(bare(schema))}\n`);
}

function main([kubernetes, operator]: readonly string[]): void {
  if (kubernetes === undefined || operator === undefined) {
    throw new Error('wanted two directories: kubernetes_validate of the wheel, and the module prometheus-operator');
  }
  const json = (...parts: readonly string[]): Schema => JSON.parse(readFileSync(path.join(...parts), 'utf8')) as Schema;
  for (const version of VERSIONS) {
    rmSync(path.join(SCHEMAS, version), { recursive: true, force: true });
    const directory = path.join(kubernetes, 'kubernetes-json-schema', `${version}-local-strict`);
    const { $defs } = json(directory, '_definitions.json') as { readonly $defs: Readonly<Record<string, Schema>> };
    for (const [kind, file] of KINDS) write(version, kind, bundled(json(directory, `${file}.json`), $defs));
  }
  for (const [kind, resource] of RESOURCES) {
    const file = path.join(operator, 'example/prometheus-operator-crd', `monitoring.coreos.com_${resource}.yaml`);
    const { spec } = parse(readFileSync(file, 'utf8')) as {
      spec: { versions: readonly { name: string; schema: { openAPIV3Schema: Schema } }[] };
    };
    const v1 = spec.versions.find(({ name }) => name === 'v1');
    if (v1 === undefined) throw new Error(`${file}: no version v1`);
    const { metadata: _open, ...properties } = v1.schema.openAPIV3Schema['properties'] as Schema;
    const whole = strict({ ...v1.schema.openAPIV3Schema, properties }) as Schema;
    write('custom', kind, {
      ...whole,
      properties: { ...(whole['properties'] as Schema), metadata: { type: 'object' } },
    });
  }
}

main(process.argv.slice(2));
