import type { Entity, Scope } from '@fgm/catalog';
import { hasProgram } from '@fgm/testkit';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { entityOf, ShardHarness, type Published, type Row } from '../harness/shard-harness.ts';

const COLUMNS = `receive_bytes receive_packets receive_errors receive_drops receive_fifo_errors receive_frame_errors
  receive_compressed receive_multicast transmit_bytes transmit_packets transmit_errors transmit_drops
  transmit_fifo_errors transmit_collisions transmit_carrier_errors transmit_compressed`
  .split(/\s+/)
  .map((name) => `network_${name}`);
const SUMS = ['bytes', 'packets', 'errors', 'drops'].flatMap((name) => [
  `network_receive_${name}`,
  `network_transmit_${name}`,
]);

function whyNoNamespaces(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'making network namespaces needs root';
  if (!hasProgram('unshare') || !hasProgram('ip')) return 'needs unshare and ip';
  return spawnSync('unshare', ['-n', 'true']).status === 0 ? false : 'the kernel does not let us make one';
}

/** A program in a network namespace of its own, after `setup` has run in there. */
async function inNamespace(t: Test, setup: string, body = 'read line'): Promise<ChildProcess> {
  const script = `${setup}\necho up\n${body}`;
  const child = spawn('unshare', ['-n', 'bash', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

/** A cgroup that is a directory of files and holds these processes. */
class Cgroup {
  readonly directory: string;
  constructor(t: Test, name: string, pids: readonly number[]) {
    this.directory = join(t.testdirName, name);
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(join(this.directory, 'memory.current'), '1\n');
    this.holds(pids);
  }
  holds(pids: readonly number[]): void {
    writeFileSync(join(this.directory, 'cgroup.procs'), pids.map((pid) => `${pid}\n`).join(''));
  }
  entity(number: number, scope: Scope = 'container'): Entity {
    const entity = entityOf(number, { v2: this.directory });
    return { ...entity, identity: { ...entity.identity, scope } };
  }
}

/** The kernel's numbers of an interface, as the program's namespace has them. */
function said(pid: number, name: string): number[] {
  const lines = readFileSync(`/proc/${pid}/net/dev`, 'utf8').split('\n');
  const line = lines.find((one) => one.trim().startsWith(`${name}:`))!;
  return line
    .slice(line.lastIndexOf(':') + 1)
    .trim()
    .split(/ +/)
    .map(Number);
}

class Names {
  readonly #names = new Map<number, string>();
  readonly #harness: ShardHarness;
  constructor(harness: ShardHarness) {
    this.#harness = harness;
  }
  of(row: Row): string {
    for (const message of this.#harness.messages())
      if (message.type === 'names') for (const { number, name } of message.list) this.#names.set(number, name);
    return this.#names.get(row['interface'] as number) ?? '?';
  }
  all({ interfaces }: Published): string[] {
    return interfaces.map((row) => `${row['entity']} ${this.of(row)}`);
  }
}

function start(t: Test, ...entities: readonly Entity[]): { harness: ShardHarness; names: Names } {
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities });
  return { harness, names: new Names(harness) };
}

const skip = whyNoNamespaces();
/** Two ends of a wire in one namespace; what is sent through one arrives at the other. */
const WIRE = `ip link set lo up
  ip link add name w0 type veth peer name 'b?é-"x'
  ip addr add 10.99.0.1/24 dev w0
  ip link set w0 up; ip link set 'b?é-"x' up
  ip neigh add 10.99.0.2 lladdr 02:00:00:00:00:01 dev w0`;
const SEND = `while read line; do for n in 1 2 3 4 5; do
  echo something > /dev/udp/10.99.0.2/9; echo something > /dev/udp/127.0.0.1/9; done 2>/dev/null; echo sent; done`;

t.test(
  'every counter of a namespace of its own, between what the kernel says before and after',
  { skip },
  async (t) => {
    t.testdir();
    const wire = spawnSync('unshare', ['-n', 'bash', '-ec', WIRE]);
    if (wire.status !== 0) {
      t.pass('is done', { skip: 'the kernel has no veth' });
      return;
    }
    const child = await inNamespace(t, WIRE, SEND);
    const pid = child.pid!;
    const { harness, names } = start(t, new Cgroup(t, 'one', [pid]).entity(5));
    const joined = harness.published();
    t.same(names.all(joined).sort(), ['5 b?é-"x', '5 lo', '5 w0'], 'rows at once, with odd names as they are');
    const sentBefore = joined.interfaces.find((row) => names.of(row) === 'w0')!['network_transmit_bytes'] as number;
    let compared = 0;
    let moved = 0;
    for (let round = 0; round < 100; round++) {
      child.stdin!.write('\n');
      await once(child.stdout!, 'data');
      const interfaces = ['lo', 'w0', 'b?é-"x'];
      const before = interfaces.map((name) => said(pid, name));
      harness.tick();
      const after = interfaces.map((name) => said(pid, name));
      const rows = harness.published();
      for (const [index, name] of interfaces.entries()) {
        const row = rows.interfaces.find((one) => names.of(one) === name)!;
        for (const [at, column] of COLUMNS.entries()) {
          const value = row[column] as number;
          const [low, high] = [before[index]![at]!, after[index]![at]!];
          if (!(value >= low && value <= high)) t.fail(`${column} of ${name} is ${value}`, { low, high });
          compared++;
        }
      }
      for (const column of SUMS) {
        const others = rows.interfaces.filter((row) => names.of(row) !== 'lo');
        const sum = others.reduce((total, row) => total + (row[column] as number), 0);
        if (rows.containers[0]![column] !== sum) t.fail(`${column} is not the sum without lo`);
      }
      if (said(pid, 'w0')[8]! > sentBefore) moved++;
    }
    t.ok(compared >= 100 * 48 && moved >= 90, `${compared} comparisons, traffic in ${moved} rounds`);
  },
);

t.test('who shares a namespace has the same sums, and one of them has its rows', { skip }, async (t) => {
  t.testdir();
  const child = await inNamespace(t, 'ip link set lo up');
  const sandbox = new Cgroup(t, 'sandbox', [child.pid!]);
  const other = spawn('nsenter', [`--net=/proc/${child.pid}/ns/net`, 'sleep', '1000'], { stdio: 'ignore' });
  t.teardown(() => other.kill('SIGKILL'));
  const own = readlinkSync('/proc/self/ns/net');
  while (readlinkSync(`/proc/${other.pid}/ns/net`) === own) await new Promise(setImmediate);
  const container = new Cgroup(t, 'container', [other.pid!]);
  const { harness, names } = start(t, container.entity(3));
  t.same(names.all(harness.published()), ['3 lo']);
  harness.send({ type: 'add', entities: [sandbox.entity(4, 'sandbox')] });
  t.same(harness.published().interfaces, [], 'the rows of this tick are there already');
  harness.tick();
  const both = harness.published();
  t.same(names.all(both), ['4 lo'], 'the sandbox has them');
  t.same(
    both.containers.map((row) => SUMS.map((column) => row[column])),
    [SUMS.map(() => 0), SUMS.map(() => 0)],
    'nothing but lo: nothing came in or went out',
  );
  const reads = harness.counters.get('reads');
  harness.send({ type: 'remove', entities: [4] });
  harness.tick();
  t.same(names.all(harness.published()), ['3 lo'], 'and when it is gone the other');
  t.ok(harness.counters.get('reads') > reads);
  const open = harness.counters.get('open_files');
  harness.send({ type: 'remove', entities: [3] });
  harness.tick();
  t.same(harness.published().interfaces, []);
  t.ok(harness.counters.get('open_files') < open, 'nobody holds the namespace any more');
});

t.test('the network of the host is the host only', { skip }, async (t) => {
  t.testdir();
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  const container = new Cgroup(t, 'container', [child.pid!]).entity(3);
  const host = new Cgroup(t, 'host', []).entity(4, 'host');
  const sameAsInit = statSync('/proc/1/net/dev').ino === statSync('/proc/self/net/dev').ino;
  if (!sameAsInit) {
    t.pass('is done', { skip: 'this test is not in the network of the first process' });
    return;
  }
  const { harness, names } = start(t, container);
  const alone = harness.published();
  t.same(alone.interfaces, [], 'a container in it has no rows');
  t.ok(
    SUMS.every((column) => alone.containers[0]![column] === undefined),
    'and no sums',
  );
  harness.send({ type: 'add', entities: [host] });
  harness.tick();
  const rows = harness.published();
  t.ok(rows.interfaces.length > 0 && rows.interfaces.every((row) => row['entity'] === 4));
  t.ok(names.all(rows).includes('4 lo'));
  const ofHost = rows.containers.filter((row) => row['entity'] === 4).at(-1)!;
  t.ok(SUMS.every((column) => typeof ofHost[column] === 'number'));
});

t.test('a program that goes to another namespace, and one that is gone', { skip }, async (t) => {
  t.testdir();
  const first = await inNamespace(t, 'ip link set lo up');
  const second = await inNamespace(t, 'ip link set lo name back; ip link set back up');
  const cgroup = new Cgroup(t, 'one', [first.pid!]);
  const { harness, names } = start(t, cgroup.entity(1));
  t.same(names.all(harness.published()), ['1 lo']);
  cgroup.holds([second.pid!]);
  harness.tick();
  t.same(names.all(harness.published()), ['1 back'], 'the rows are those of the process that is there');
  const exited = once(second, 'exit');
  second.kill('SIGKILL');
  await exited;
  cgroup.holds([]);
  harness.tick();
  const after = harness.published();
  t.same([after.interfaces, after.containers[0]!['network_receive_bytes']], [[], undefined], 'nobody there: nothing');
});

t.test('no descriptors to spare: opened anew, and still the same namespace', { skip }, async (t) => {
  t.testdir();
  const child = await inNamespace(t, 'ip link set lo up');
  const harness = new ShardHarness({ openFilesLimit: 0 });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [new Cgroup(t, 'one', [child.pid!]).entity(1)] });
  for (let tick = 0; tick < 3; tick++) {
    harness.tick();
    t.ok(harness.published().interfaces.length >= 1, 'it has its rows');
  }
  t.equal(harness.counters.get('open_files'), 0);
});

t.test('a host that cannot be told from a container: nobody has figures', async (t) => {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  t.testdir({ proc: {} });
  const harness = new ShardHarness({ procRoot: join(t.testdirName, 'proc') });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [new Cgroup(t, 'one', [child.pid!]).entity(1)] });
  harness.tick();
  const rows = harness.published();
  t.same([rows.interfaces, rows.containers[0]!['network_receive_bytes']], [[], undefined]);
});
