import t from 'tap';
import { liveness, readiness, type HealthFacts } from '../src/health.ts';

const NOW = 1_700_000_000_000;
const WELL: HealthFacts = {
  now: NOW,
  startedAt: NOW - 60_000,
  intervalMs: 1000,
  lastTick: NOW - 500,
  lastWrite: NOW - 500,
  entities: 3,
  writeTrouble: null,
  rootWithoutCgroups: null,
  damagedSegments: 0,
  fatal: null,
  stopping: false,
};

const CASES: readonly (readonly [
  name: string,
  change: Partial<HealthFacts>,
  live: boolean,
  ready: boolean,
  reason: RegExp,
])[] = [
  ['all is well', {}, true, true, /^ok$/],
  ['no cgroup tree', { rootWithoutCgroups: '/tmp', entities: 0 }, true, false, /^no cgroup tree at \/tmp/],
  ['a window that could not be read', { damagedSegments: 2 }, true, true, /^ok, but 2 windows/],
  ['two ticks without a write', { lastWrite: NOW - 2_900 }, true, true, /^ok$/],
  [
    'three ticks without a write while containers exist',
    { lastWrite: NOW - 3_100 },
    true,
    false,
    /silent: 3 entities.*3\.1 s/,
  ],
  ['no write, but nothing to record', { lastWrite: 0, entities: 0 }, true, true, /nothing to record/],
  ['just started', { startedAt: NOW - 100, lastWrite: 0, lastTick: 0 }, true, false, /starting/],
  ['never wrote since the start', { lastWrite: 0 }, true, false, /silent/],
  ['short intervals are given a second', { intervalMs: 50, lastWrite: NOW - 900 }, true, true, /^ok$/],
  [
    'long intervals are given three ticks',
    { intervalMs: 60_000, lastWrite: NOW - 170_000, startedAt: NOW - 1e6, lastTick: NOW },
    true,
    true,
    /^ok$/,
  ],
  ['the writer cannot write', { writeTrouble: 'ENOSPC: no space left' }, true, false, /ENOSPC/],
  ['samplers stand still', { lastTick: NOW - 61_000, startedAt: NOW - 90_000 }, false, false, /no tick for 61\.0 s/],
  ['a thread is gone for good', { fatal: 'the writer thread died' }, false, false, /writer thread died/],
  ['stopping', { stopping: true }, true, false, /stopping/],
];

for (const [name, change, live, ready, reason] of CASES) {
  t.test(name, async (t) => {
    const facts = { ...WELL, ...change };
    t.equal(liveness(facts).ok, live, 'live');
    t.equal(readiness(facts).ok, ready, 'ready');
    t.match(readiness(facts).reason, reason);
  });
}
