import { join } from 'node:path';
import t from 'tap';
import { FinalReader } from '../src/final-figures.ts';

const TREES = {
  cpuacct: { 'cpuacct.usage': '4000000\n', 'cpuacct.usage_user': '3000000\n', 'cpuacct.usage_sys': '1000000\n' },
  memory: { 'memory.max_usage_in_bytes': '8192\n' },
  unified: { 'cpu.stat': 'usage_usec 3536\nuser_usec 3000\nsystem_usec 536\n' },
};

t.test('CPU time comes from where the rows had it, to the end', async (t) => {
  const root = t.testdir(TREES);
  const [cpuacct, memory, v2] = ['cpuacct', 'memory', 'unified'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  const cases = [
    { name: 'a controller of v1', place: { directories: { cpuacct, v2 } }, usage: 4000, system: 1000 },
    { name: 'v2 alone', place: { directories: { v2 } }, usage: 3536, system: 536 },
    {
      name: 'v2 beside other controllers',
      place: { directories: { memory, v2 }, lost: ['pids'] as const },
      usage: 3536,
      system: 536,
    },
    {
      name: 'the controller has gone before',
      place: { directories: { memory, v2 }, lost: ['cpuacct'] as const },
      usage: undefined,
      system: undefined,
    },
  ];
  for (const { name, place, usage, system } of cases) {
    const figures = new FinalReader(() => 7).read(place);
    t.equal(figures?.time, 7, name);
    t.equal(figures?.values['cpu_stat_usage_usec'], usage, name);
    t.equal(figures?.values['cpu_stat_system_usec'], system, name);
  }
});

t.test('what was read while the controller was there is kept when it has gone', async (t) => {
  const root = t.testdir(TREES);
  const reader = new FinalReader(() => 7);
  const v2 = join(root, 'unified');
  const before = reader.read({ directories: { cpuacct: join(root, 'cpuacct'), v2 } });
  const after = reader.read({ directories: { memory: join(root, 'memory'), v2 }, lost: ['cpuacct'] }, before);
  t.match(after?.values, { cpu_stat_usage_usec: 4000, memory_peak_bytes: 8192 });
  t.equal(reader.read({ directories: { v2 }, lost: ['cpuacct'] }), null, 'nothing is left');
});
