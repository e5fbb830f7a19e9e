import { DockerRig, whyNot } from '@fgm/testkit';
import { join } from 'node:path';
import t from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { detailOf, rowsOf, until, type Row } from './harness/recording.ts';

const SHORT = 6;

/** Docker's data root is not where it usually is, and nothing but the containers' own files tells where. */
t.test(
  'ends of Docker containers, and of such that are gone before their names are read',
  { skip: whyNot('docker') },
  async (t) => {
    const rig = new DockerRig('--exec-opt', 'native.cgroupdriver=cgroupfs');
    t.teardown(() => rig.stop());
    const directory = join(t.testdir(), 'data');
    const flags = ['--interval', '200ms', '--rotation', '10m', '--scope', 'containers', '--memory', 'off'];
    const fgm = await FgmProcess.start(t, directory, flags);
    // It leads to the data root; who is gone leads nowhere.
    const resident = rig.start(['--name', 'resident'], 'sleep', '1000');
    await until('its name is known', async () => (await fgm.metric('fgm_names_resolved_total{source="runtime"}')) > 0);
    const ids = Array.from({ length: SHORT }, (_, code) =>
      rig.start(['--name', `short-${code}`], 'sh', '-c', `usleep 60000; exit ${code}`),
    );
    const full = rig.start(['--name', 'full', '--memory', '16m', '--memory-swap', '16m'], 'tail', '/dev/zero');
    t.equal(rig.docker('wait', full), '137');
    await fgm.ticks(25);
    t.equal((await fgm.stop()).code, 0);

    const [rows, events] = [await rowsOf(directory, 'containers'), await rowsOf(directory, 'events')];
    const stopOf = (id: string): Row | undefined =>
      events.find((row) => row['container_id'] === id && row['type'] === 'container_stop');
    for (const [code, id] of ids.entries()) {
      const stop = stopOf(id);
      t.match(detailOf(stop), { exit_code: code, oom_killed: false });
      t.match(stop, { container: `short-${code}`, image: 'busybox:rig' });
      const nameless = rows.filter((row) => row['container_id'] === id && row['container'] === null);
      t.same(nameless, [], 'all of its rows have its name');
    }
    t.equal(stopOf(resident)?.['type'], undefined);
    t.match(stopOf(full), { container: 'full' });
    t.match(detailOf(stopOf(full)), { exit_code: 137, oom_killed: true });
  },
);
