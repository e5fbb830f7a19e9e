import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from '@fgm/testkit';

const SCHEMAS = fileURLToPath(new URL('schemas', import.meta.url));

/** Those of Kubernetes of which there are schemas: `1.34.0`. */
export const VERSIONS = readdirSync(SCHEMAS).flatMap((name) => (/^v\d/.test(name) ? [name.slice(1)] : []));

/** kubeconform's counts. @throws Error with what is wrong */
export function validate(file: string, version: string): Readonly<Record<string, number>> {
  const schemas = ['{{.NormalizedKubernetesVersion}}', 'custom'].flatMap((directory) => [
    '-schema-location',
    `${SCHEMAS}/${directory}/{{.ResourceKind}}.json`,
  ]);
  const args = ['-strict', '-summary', '-output', 'json', '-kubernetes-version', version, ...schemas, file];
  return (JSON.parse(run('kubeconform', args)) as { summary: Readonly<Record<string, number>> }).summary;
}
