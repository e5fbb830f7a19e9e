import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CgroupSandbox, Victim, canCompile, cgroupMounts, whyNoCgroups } from '../src/index.ts';

const { v2 } = cgroupMounts();
const noMemory =
  !(v2 !== undefined && readFileSync(join(v2, 'cgroup.controllers'), 'utf8').includes('memory')) &&
  'the memory controller is not on cgroup v2 here (rigs/v2vm-tests.sh runs it where it is)';
const skip =
  whyNoCgroups() || noMemory || (!canCompile() && 'no C compiler: Node.js itself does not fit into the limit');

t.test('cgroup v2 kills a victim that outgrows its limit, and counts it', { skip }, async (t) => {
  const sandbox = new CgroupSandbox();
  t.teardown(() => sandbox.close());
  const { v2: directory = '' } = sandbox.make('limited', ['v2']);
  writeFileSync(join(directory, 'memory.max'), `${16 * 1024 * 1024}`);
  if (existsSync(join(directory, 'memory.swap.max'))) writeFileSync(join(directory, 'memory.swap.max'), '0');

  const victim = await Victim.start();
  sandbox.move(victim.pid, 'limited');
  await victim.order('touch', 4 * 1024 * 1024);
  t.ok(Number(readFileSync(join(directory, 'memory.current'), 'utf8')) >= 4 * 1024 * 1024);
  await t.rejects(victim.order('touch', 64 * 1024 * 1024), { message: /ended at/ });
  t.match(readFileSync(join(directory, 'memory.events'), 'utf8'), /^oom_kill 1$/m);
});
