import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ODD_COMMS, Victim, canCompile } from '../src/index.ts';

const PROGRAM = fileURLToPath(new URL('../programs/victim.ts', import.meta.url));
const noCompiler = !canCompile() && 'no C compiler on this machine';

function read(victim: Victim, file: string): Buffer {
  return readFileSync(`/proc/${victim.pid}/${file}`);
}

/** The field of /proc/PID/stat with this number in proc(5), from the third on. */
function statField(victim: Victim, number: number): number {
  const stat = read(victim, 'stat').toString('latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[number - 3]);
}

for (const [kind, command, skip] of [
  ['compiled', undefined, noCompiler],
  ['in Node.js', [process.execPath, PROGRAM], false],
] as const) {
  t.test(`a victim ${kind} uses what it is told to`, { skip }, async (t) => {
    const victim = await (command ? Victim.start(command) : Victim.start());
    t.teardown(() => victim.kill());

    const ticks = () => statField(victim, 14) + statField(victim, 15);
    const before = ticks();
    await victim.order('cpu', 100);
    t.ok(ticks() - before >= 9, 'CPU time, in clock ticks of 10 ms');

    const rss = statField(victim, 24);
    await victim.order('touch', 32 * 1024 * 1024);
    t.ok(statField(victim, 24) - rss >= 8000, 'resident pages');

    const threads = statField(victim, 20);
    await victim.order('threads', 3);
    t.ok(statField(victim, 20) >= threads + 3, 'threads');

    const path = join(t.testdir(), 'file');
    await victim.order('write', 100_000, path);
    t.equal(readFileSync(path).length, 100_000);
    await victim.order('read', path);
    await t.rejects(victim.order('fly'), { message: /answered error to: fly/ });

    await victim.kill();
    t.notOk(existsSync(`/proc/${victim.pid}`));
    await t.rejects(victim.order('cpu', 1), { message: /ended at/ });
  });
}

t.test('a victim has any name that the kernel allows', { skip: noCompiler }, async (t) => {
  const victim = await Victim.start();
  t.teardown(() => victim.kill());
  for (const comm of ODD_COMMS) {
    await victim.rename(comm);
    t.same(read(victim, 'comm'), Buffer.concat([comm, Buffer.from('\n')]));
  }
});

t.test('its children and maps are seen', { skip: noCompiler }, async (t) => {
  const victim = await Victim.start();
  t.teardown(() => victim.kill());
  await victim.order('fork', 2);
  t.equal(read(victim, `task/${victim.pid}/children`).toString().trim().split(' ').length, 2);
  await victim.order('map', process.execPath);
  t.match(read(victim, 'maps').toString(), process.execPath);
  await victim.order('free');
  t.notMatch(read(victim, 'maps').toString(), process.execPath);
});
