import t from 'tap';
import { burstTriggers } from '../../src/config/burst-triggers.ts';

const NOTHING = { events: [], memory: null, throttled: null, pressure: null };

const GOOD: readonly (readonly [text: string, value: object])[] = [
  ['oom_kill', { ...NOTHING, events: ['oom_kill'] }],
  ['memory_max,oom_kill', { ...NOTHING, events: ['memory_max', 'oom_kill'] }],
  ['memory', { ...NOTHING, memory: 90 }],
  ['memory_75', { ...NOTHING, memory: 75 }],
  ['memory_100', { ...NOTHING, memory: 100 }],
  ['oom_kill,memory_90,throttled,pressure_40', { events: ['oom_kill'], memory: 90, throttled: 25, pressure: 40 }],
];
for (const [text, value] of GOOD) t.test(text, async (t) => t.same(burstTriggers.parse(text), value));

const BAD = [
  '',
  ',',
  'oom_kill,',
  'oom-kill',
  'memory_0',
  'memory_101',
  'memory_090',
  'memory_9e1',
  'memory_',
  'memory_low',
  'memory,memory_80',
  'oom_kill,oom_kill',
  'pressure 40',
  'oom_kill, memory',
  'burst',
  '__proto__',
  'constructor',
];
for (const text of BAD) t.test(`"${text}" is refused`, async (t) => t.equal(burstTriggers.parse(text), undefined));
