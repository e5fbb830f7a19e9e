import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { run, whyNot } from '@fgm/testkit';
import t from 'tap';
import type { Test } from 'tap';
import { CHART } from '../scripts/chart.ts';
import { objectsIn } from './goldens.ts';

const skip = whyNot('helm');

/** `helm template` leaves NOTES.txt out: they come as a ConfigMap of a copy of the chart. */
function notes(t: Test, args: readonly string[]): string {
  const copy = `${t.testdir()}/chart`;
  cpSync(CHART, copy, { recursive: true });
  const text = readFileSync(`${copy}/templates/NOTES.txt`, 'utf8');
  writeFileSync(`${copy}/templates/_notes.tpl`, `{{- define "notes" }}${text}{{- end }}`);
  writeFileSync(`${copy}/templates/notes.yaml`, 'kind: ConfigMap\ndata:\n  notes: {{ include "notes" . | toJson }}\n');
  const options = ['--namespace', 'nodes', '--kube-version', '1.34.0', '--show-only', 'templates/notes.yaml'];
  const [object] = objectsIn(run('helm', ['template', 'fgm', copy, ...options, ...args]));
  return (object as unknown as { data: { notes: string } }).data.notes;
}

void t.test('the notes say how to reach a node, and warn', { skip }, (t) => {
  const plain = notes(t, []);
  t.match(plain, '--field-selector spec.nodeName=$NODE');
  t.match(plain, 'kubectl --namespace nodes port-forward $POD 8050:8050');
  t.match(plain, 'exec daemonset/fgm-fine-grained-monitor --container recorder -- fgm doctor');
  t.notMatch(plain, 'WARNING');
  t.match(notes(t, ['--set', 'hostPID=false']), 'WARNING: hostPID is false');
  t.match(notes(t, ['--set', 'data.type=emptyDir']), 'WARNING: data.type is emptyDir');
  t.match(notes(t, ['--set', 'networkPolicy.enabled=false']), 'WARNING: nothing keeps others from the viewer');
  t.match(notes(t, ['--set', 'networkPolicy.viewerFrom=all']), 'WARNING: nothing keeps others from the viewer');
  const apart = ['--set', 'networkPolicy.enabled=false,viewer.listenAddress=127.0.0.1'];
  t.notMatch(notes(t, apart), 'WARNING');
  t.notMatch(notes(t, ['--set', 'viewer.enabled=false']), 'port-forward');
  t.match(notes(t, ['--set', 'podMonitor.enabled=true']), 'metrics are out of Prometheus');
  t.end();
});
