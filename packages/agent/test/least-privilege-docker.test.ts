/** The recorder in a container as docs/least-privilege.md has it, by a real runtime. */
import { DockerRig, whyNot } from '@fgm/testkit';
import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { rowsOf, until } from './harness/recording.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const BIN = join(REPOSITORY, 'packages/cli/bin/fgm.js');
const NODE = process.execPath;
/** What the programs of this machine need of its root to run elsewhere. */
const PROGRAMS = ['/usr', '/lib', '/lib64', '/etc/ld.so.cache'].filter((path) => existsSync(path));

const RIGHTS = [
  '--read-only --cap-drop ALL --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH',
  '--security-opt no-new-privileges --pid host --cgroupns host',
].flatMap((flags) => flags.split(' '));

function readOnly(paths: readonly string[]): string[] {
  return paths.flatMap((path) => ['--volume', `${path}:${path}:ro`]);
}

t.test('a read-only container with two capabilities records everything', { skip: whyNot('docker') }, async (t) => {
  const rig = new DockerRig();
  t.teardown(() => rig.stop());
  const directory = join(t.testdir(), 'data');
  mkdirSync(directory);
  const busy = rig.start(['--user', '1234', '--memory', '64m'], 'sh', '-c', 'while :; do :; done');
  // Libraries may be links to another place.
  const sources = new Set([REPOSITORY, dirname(realpathSync(join(REPOSITORY, 'node_modules/pino'))), dirname(NODE)]);
  const volumes = [...readOnly([...PROGRAMS, ...sources, '/sys/fs/cgroup']), '--volume', `${directory}:/data`];
  const flags = ['--interval', '200ms', '--scope', 'all', '--identifier', 'box', '--listen', '127.0.0.1:9464'];
  const roots = ['--output-dir', '/data', '--host-root', '/host'];
  const mounts = [...volumes, '--volume', '/:/host:ro', '--env', 'FGM_SOURCE=1'];
  const id = rig.start([...RIGHTS, ...mounts], NODE, BIN, 'monitor', ...roots, ...flags);
  const ask = (path: string): string =>
    rig.docker('exec', id, 'wget', '-q', '-O', '-', `http://127.0.0.1:9464/${path}`);
  const state = (): string => rig.docker('inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', id);
  const rows = (text: string): number =>
    Number(/^fgm_rows_written_total\{table="processes"\} (\d+)$/m.exec(text)?.[1] ?? 0);
  await until('it records processes', () => {
    if (!state().startsWith('running')) throw new Error(`it ended: ${rig.docker('logs', id)}`);
    try {
      return rows(ask('metrics')) > 300;
    } catch {
      return false; // it does not listen yet
    }
  });
  const status = readFileSync(`/proc/${rig.pid(id)}/status`, 'utf8');
  t.match(status, /^CapEff:\t0000000000080004$/m, 'it has these two capabilities and no other');
  t.match(status, /^Seccomp:\t2$/m, 'and the seccomp profile of the runtime');
  t.match(ask('readyz'), /"status":"ok"/);
  t.match(ask('metrics'), /^fgm_missing_capabilities\{capability="SYS_PTRACE"\} 0$/m);
  const pid = rig.pid(busy);
  // That it takes less than ten seconds is another test's to prove: here the machine has a second daemon to run.
  rig.docker('stop', '--time', '60', id);
  t.equal(state(), 'exited 0');
  const processes = (await rowsOf(directory, 'processes')).filter((row) => Number(row['pid']) === pid);
  for (const column of ['exe', 'io_rchar_bytes', 'smaps_rollup_pss_bytes', 'uss_bytes', 'status_vm_hwm_bytes']) {
    t.ok(
      processes.some((row) => row[column] !== null),
      `${column} of a process of user 1234`,
    );
  }
  const containers = (await rowsOf(directory, 'containers')).filter((row) => row['container_id'] === busy);
  t.ok(containers.some((row) => Number(row['pss_bytes']) > 0 && row['pss_coverage'] === 1));
});
