import t from 'tap';
import { type Figures, healthOf, type Observed } from '../src/health.ts';

function figures(values: Readonly<Record<string, number>>): ReadonlyMap<string, Figures> {
  const same = (value: number): Figures => ({ unit: null, mean: value, min: value, max: value, last: value });
  return new Map(Object.entries(values).map(([name, value]) => [name, same(value)]));
}

const WELL: Observed = { figures: new Map(), events: new Map(), rise: null };

const CASES: readonly (readonly [what: string, observed: Partial<Observed>, found: readonly object[]])[] = [
  ['nothing', {}, []],
  ['at 80 %', { figures: figures({ memory_percent: 80 }) }, []],
  ['above 80 %', { figures: figures({ memory_percent: 80.1 }) }, [{ severity: 'warning', what: 'memory' }]],
  ['at 90 %', { figures: figures({ memory_percent: 90 }) }, [{ severity: 'warning' }]],
  [
    'above 90 %',
    { figures: figures({ memory_percent: 90.1 }) },
    [{ severity: 'critical', text: /90\.1 % of its limit/ }],
  ],
  [
    'its own limit, where no tightest is known',
    { figures: figures({ memory_current_bytes: 95, memory_max_bytes: 100 }) },
    [{ severity: 'critical', text: /95\.0 %/ }],
  ],
  ['no limit', { figures: figures({ memory_current_bytes: 95 }) }, []],
  [
    'rises',
    { rise: { perSecond: 1024, limitInMs: 60_000 } },
    [{ text: /1024 bytes a second: it is at its limit in 60 s/ }],
  ],
  ['rises without a limit', { rise: { perSecond: 1, limitInMs: null } }, [{ text: /no limit is in sight/ }]],
  ['throttled', { figures: figures({ cpu_stat_nr_throttled: 0.5 }) }, [{ what: 'throttling' }]],
  ['not throttled', { figures: figures({ cpu_stat_nr_throttled: 0 }) }, []],
  [
    'pressure',
    { figures: figures({ io_pressure_full_avg10: 10.5, cpu_pressure_some_avg10: 10 }) },
    [{ text: /^io_pressure_full_avg10/ }],
  ],
  [
    'the gravest first',
    {
      events: new Map([
        ['container_restart', 1],
        ['oom_kill', 2],
      ]),
      rise: { perSecond: 1, limitInMs: null },
    },
    [{ text: '2 OOM kills' }, { what: 'memory_trend' }, { text: '1 restart' }],
  ],
];

for (const [what, observed, found] of CASES) {
  t.test(what, async (t) => {
    const health = healthOf({ ...WELL, ...observed });
    t.equal(health.length, found.length);
    t.match(health, found);
  });
}
