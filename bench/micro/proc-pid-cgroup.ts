/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-cgroup.ts */
import { procPidCgroup } from '@fgm/kernfs';
import { benchTexts } from '../harness/parser-bench.ts';

const CONTAINER = '/kubepods/burstable/pod2f7a1c9e-4f0d-4b53-8f6e-0a6f5e1d9c3b/4f1e0a6f5e1d9c3b2f7a1c9e4f0d4b538f6e';

/** Read when a process is new, so it may make strings. */
function text(lines: readonly string[]): { readonly bytes: Buffer; readonly call: () => unknown } {
  const bytes = Buffer.from(lines.map((line) => `${line}${CONTAINER}\n`).join(''));
  return { bytes, call: () => procPidCgroup(bytes.toString('latin1')) };
}

const V1 = ['memory', 'cpu,cpuacct', 'pids', 'blkio', 'devices', 'freezer', 'cpuset', 'name=systemd'];

await benchTexts('proc-pid-cgroup', [
  { name: 'v2', ...text(['0::']) },
  { name: 'hybrid', ...text([...V1.map((name, at) => `${V1.length - at}:${name}:`), '0::']) },
]);
