import { RuncContainer, containerId, whyNot } from '@fgm/testkit';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { rowsOf, until, type Row } from './harness/recording.ts';

const PACE = ['--interval', '200ms', '--rotation', '1s', '--scope', 'all'];
const ECHOES = 20;

/** What the loopback interface of a process's namespace has received, in bytes. */
function received(pid: number): bigint {
  return BigInt(/^ *lo: *(\d+)/m.exec(readFileSync(`/proc/${pid}/net/dev`, 'utf8'))![1]!);
}

t.test(
  'node, devices and interfaces beside a container with a network of its own',
  { skip: whyNot('runc') },
  async (t) => {
    const directory = join(t.testdir(), 'data');
    const id = containerId();
    const container = new RuncContainer({ cgroup: `/fgm-tables/${id}`, id, ownNetwork: true });
    t.teardown(() => container.remove());
    const inside = ['-t', `${container.pid}`, '-n'];
    execFileSync('nsenter', [...inside, 'ip', 'link', 'set', 'lo', 'up']);
    const send = `for n in $(seq ${ECHOES}); do echo something > /dev/udp/127.0.0.1/9; done`;
    const fgm = await FgmProcess.start(t, directory, PACE);
    await fgm.ticks(2);
    execFileSync('nsenter', [...inside, 'bash', '-c', send]);
    const total = received(container.pid);
    const mine = async (table: string): Promise<Row[]> =>
      (await rowsOf(directory, table)).filter((row) => row['container_id'] === id);
    await until('the traffic is recorded', async () =>
      (await mine('interfaces')).some((row) => row['network_receive_bytes'] === total),
    );
    t.equal((await fgm.stop()).code, 0);

    const interfaces = await mine('interfaces');
    t.ok(total > 0n && interfaces.every((row) => row['interface'] === 'lo' && row['node'] === 'box'));
    t.equal(interfaces.at(-1)!['network_transmit_bytes'], total, 'what one end sends the other receives');
    t.equal(interfaces.at(-1)!['cgroup'], `/fgm-tables/${id}`, 'with the labels of the container');
    const containers = await mine('containers');
    t.equal(containers.at(-1)!['network_receive_bytes'], 0n, 'its sum is without lo');
    t.same(new Set(interfaces.map(({ tick }) => tick)).size, interfaces.length, 'one row a tick');

    const node = await rowsOf(directory, 'node');
    const host = (await rowsOf(directory, 'containers')).filter(({ scope }) => scope === 'host');
    // Nothing has to be discovered of it, so it may come before the others.
    const ticks = new Set(node.map(({ tick }) => tick));
    t.ok(host.length > 0 && host.every(({ tick }) => ticks.has(tick)), 'a row of the node at every tick');
    t.equal(ticks.size, node.length, 'and one only');
    t.ok(node.every((row) => row['node'] === 'box' && row['container_id'] === null && row['stat_ctxt'] !== null));
    const ofHost = (await rowsOf(directory, 'interfaces')).filter(({ scope }) => scope === 'host');
    t.ok(ofHost.length >= host.length, 'the host has its interfaces');
    t.ok(host.some((row) => row['network_receive_bytes'] !== null));

    const fgmBin = join(import.meta.dirname, '../../cli/bin/fgm.js');
    const said = execFileSync(process.execPath, [fgmBin, 'validate', directory], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], FGM_SOURCE: '1' },
    });
    t.match(said, / 0 errors/);
  },
);
