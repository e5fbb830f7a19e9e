import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { whyNot } from '@fgm/testkit';
import t from 'tap';
import { clusterBench } from '../../packages/cli/test/scenario/cluster-bench.ts';
import { rendered, scenarios, valuesOf } from '../scripts/chart.ts';
import { objectsIn } from './goldens.ts';
import { validate, VERSIONS } from './kubeconform.ts';

const skip = whyNot('helm');

void t.test('Kubernetes knows each field', { skip }, (t) => {
  const directory = t.testdir();
  for (const version of VERSIONS) {
    for (const scenario of scenarios()) {
      const file = path.join(directory, `${scenario}-${version}.yaml`);
      const text = rendered(valuesOf(scenario), version);
      writeFileSync(file, text);
      const wanted = { valid: objectsIn(text).length, invalid: 0, errors: 0, skipped: 0 };
      t.match(validate(file, version), wanted, `${scenario}, ${version}`);
    }
  }
  t.ok(VERSIONS.length > 2);
  t.end();
});

void t.test('kubeconform sees what no version knows', { skip }, (t) => {
  const file = path.join(t.testdir(), 'objects.yaml');
  writeFileSync(file, rendered(valuesOf('default')).replace('hostPID: true', 'hostPIDs: true'));
  t.throws(() => validate(file, '1.34.0'), Error);
  t.end();
});

void t.test('Kubernetes knows each field of what fgm scenario makes', { skip }, async (t) => {
  const { server, scenario } = await clusterBench(t);
  t.match(await scenario('run', '--all'), { code: 0, stderr: '' });
  t.match(await scenario('run', '--all', '--duration', 'off', '--size', 'oom=32MiB'), { code: 0, stderr: '' });
  // The pods are the server's own.
  const made = server.objects.filter(({ kind }) => kind !== 'Pod');
  const kinds = Map.groupBy(made, ({ kind }) => kind);
  t.same([...kinds.keys()].toSorted(), ['ConfigMap', 'Job']);
  t.ok(kinds.get('Job')!.length >= 18, 'each scenario that a cluster can have, twice');
  const file = path.join(t.testdirName, 'objects.json');
  const list = (items: readonly object[]): string => JSON.stringify({ kind: 'List', apiVersion: 'v1', items });
  writeFileSync(file, list(made));
  const wanted = { valid: made.length, invalid: 0, errors: 0, skipped: 0 };
  for (const version of VERSIONS) t.match(validate(file, version), wanted, version);

  writeFileSync(file, list(made).replace('"backoffLimit"', '"backOffLimit"'));
  for (const version of VERSIONS) t.throws(() => validate(file, version), Error, version);
});
