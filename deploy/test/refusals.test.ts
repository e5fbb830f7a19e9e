import { whyNot } from '@fgm/testkit';
import t from 'tap';
import { rendered } from '../scripts/chart.ts';

const skip = whyNot('helm');

const WRONG: readonly (readonly [given: string, said: RegExp])[] = [
  ['viewr={}', /additional properties 'viewr' not allowed/],
  ['recorder.settings.intervall="1s"', /at '\/recorder\/settings': additional properties 'intervall' not allowed/],
  ['recorder.settings.output-dir="/x"', /additional properties 'output-dir' not allowed/],
  ['recorder.settings.interval="1"', /at '\/recorder\/settings\/interval': '1' does not match pattern/],
  ['recorder.settings.scope="some"', /scope': value must be one of 'containers', 'all', 'auto'/],
  ['recorder.settings.compression-level=23', /compression-level': maximum: got 23, want 22/],
  ['recorder.port=70000', /recorder\/port': maximum: got 70,?000, want 65,?535/],
  ['recorder.extraEnv={"A":"b"}', /recorder\/extraEnv': got object, want array/],
  ['image.pullPolicy="Sometimes"', /pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'/],
  ['image.digest="sha256:abc"', /image\/digest': 'sha256:abc' does not match pattern/],
  ['data.hostPath="relative"', /data\/hostPath': 'relative' does not match pattern/],
  ['names.hostPaths=["run"]', /names\/hostPaths\/0': 'run' does not match pattern/],
  ['podAnnotations={"a":1}', /podAnnotations\/a': got number, want string/],
  ['networkPolicy.viewerFrom="everybody"', /networkPolicy\/viewerFrom'/],
  ['updateStrategy.rollingUpdate.maxUnavailable="ten"', /maxUnavailable'/],
  ['tolerations={"operator":"Exists"}', /tolerations': got object, want array/],
  ['serviceMonitor.enabled=true,service.enabled=false', /serviceMonitor\.enabled needs service\.enabled/],
  ['prometheusRule={"enabled":true,"disabledAlerts":["FgmDwn"]}', /there is no alert "FgmDwn"; there are: .*FgmDown/],
];

void t.test('what is wrong is refused by its name', { skip }, (t) => {
  for (const [given, said] of WRONG) t.throws(() => rendered(['--set-json', given]), { message: said }, given);
  t.end();
});

void t.test('Kubernetes that is too old is refused', { skip }, (t) => {
  t.throws(() => rendered([], '1.24.0'), { message: /requires kubeVersion: >=1\.25/ });
  t.end();
});
