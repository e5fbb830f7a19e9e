/** The units under a systemd of its own, in the emulated machine: what systemd-guest.sh has left. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listOpenWindows } from '@fgm/store';
import { whyNot } from '@fgm/testkit';
import t, { type Test } from 'tap';
import { errorsIn, rowsOf } from '../../packages/agent/test/harness/recording.ts';
import { REPOSITORY } from './image.ts';

const SECONDS = 600;
const [RECORDER, VIEWER] = ['fine-grained-monitor', 'fine-grained-monitor-viewer'];

/** Boots the machine, and gives the directory with what the units did there. */
async function runThere(t: Test): Promise<string> {
  const out = join(t.testdir(), 'out');
  mkdirSync(out);
  const machine = join(REPOSITORY, 'packages/testkit/rigs/v2vm.sh');
  const command = [join(REPOSITORY, 'deploy/test/systemd-guest.sh'), REPOSITORY, '/out'];
  const child = spawn(machine, ['-t', `${SECONDS}`, '-o', out, ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  let console = '';
  child.stdout.on('data', (bytes: Buffer) => (console += bytes.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`the machine ended with ${status}: ${console}`);
  return out;
}

/** Columns of a table in which there is a value. */
async function filled(directory: string, table: string): Promise<Set<string>> {
  const rows = await rowsOf(directory, table);
  return new Set(rows.flatMap((row) => Object.keys(row).filter((name) => row[name] !== null)));
}

// Of the file too: the machine ends by itself when its time is over.
t.setTimeout((SECONDS + 60) * 1000);
t.test('the units of systemd', { skip: whyNot('v2vm') }, async (t) => {
  t.setTimeout((SECONDS + 60) * 1000);
  const out = await runThere(t);
  const left = (name: string): string => readFileSync(join(out, name), 'utf8');

  await t.test('a recorder has two capabilities, and may read what it wants', (t) => {
    const status = left(`${RECORDER}.status`);
    for (const set of ['Eff', 'Prm', 'Bnd']) t.match(status, RegExp(`^Cap${set}:\t0000000000080004$`, 'm'));
    t.match(status, /^NoNewPrivs:\t1$/m);
    t.match(status, /^Seccomp:\t2$/m);
    const metrics = left('metrics');
    t.match(metrics, /^fgm_missing_capabilities\{capability="SYS_PTRACE"\} 0$/m);
    t.notMatch(metrics, /^fgm_missing_capabilities\{.*\} [1-9]/m);
    t.notMatch(metrics, /^fgm_read_errors_total\{.*errno="(EACCES|EPERM|EROFS)".*\} [1-9]/m);
    t.end();
  });

  await t.test('what it is kept from costs no column', async (t) => {
    for (const table of ['containers', 'processes', 'node']) {
      const [free, kept] = await Promise.all([filled(join(out, 'free'), table), filled(join(out, 'data'), table)]);
      t.ok(free.size > 20, table);
      t.same(
        [...free].filter((name) => !kept.has(name)),
        [],
        table,
      );
    }
  });

  await t.test('a viewer is nobody, and shows it', (t) => {
    const status = left(`${VIEWER}.status`);
    for (const set of ['Eff', 'Prm', 'Bnd', 'Amb']) t.match(status, RegExp(`^Cap${set}:\t0000000000000000$`, 'm'));
    t.match(status, /^Uid:\t[1-9]/m);
    const { containers } = JSON.parse(left('containers.json')) as { containers: readonly object[] };
    t.ok(containers.length > 0);
    t.end();
  });

  await t.test('it is read again, started again, and stopped', async (t) => {
    t.match(left(`${RECORDER}.log`), /"taken":\["retention-age"\],"needRestart":\[\],"msg":"configuration reread"/);
    t.match(left(`${RECORDER}.end`), /^Result=success$/m);
    t.equal(left(`${RECORDER}.restarts`), 'NRestarts=1\n');
    t.equal(left(`${VIEWER}.restarts`), 'NRestarts=0\n');
    for (const unit of [RECORDER, VIEWER]) t.match(left(`${unit}.end`), /^ActiveState=inactive$/m);
    const data = join(out, 'data');
    t.same(listOpenWindows(data), [], 'the last window was closed');
    t.same(errorsIn(data), []);
    const rows = await rowsOf(data, 'node');
    t.ok(
      rows.every((row) => row['node'] === 'machine'),
      'its settings come from the file that the variable names',
    );
    const events = await rowsOf(data, 'events');
    t.ok(events.length > 0);
  });
});
