/**
 * Measures discovery on real cgroups of this machine. Needs the right to make them.
 *
 *     node --expose-gc --conditions=@fgm/source packages/discovery/scripts/scan-cost.ts [containers] [v2|all]
 *
 * `v2` makes the containers in the v2 tree only, `all` in every hierarchy that is mounted.
 */
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { Counters } from '@fgm/ring';
import { DISCOVERY_COUNTERS, Discovery, detectCgroups, scan } from '../src/index.ts';
import type { EntityBatch } from '../src/index.ts';

const ROOT = '/sys/fs/cgroup';
const count = Number(process.argv[2] ?? 1_000);
const { hierarchies } = detectCgroups(ROOT);
const mounts = process.argv[3] === 'all' ? new Set(Object.values(hierarchies)) : new Set([hierarchies.v2 ?? '']);
const bases = [...mounts].map((mount) => join(mount, `fgm-scan-cost-${process.pid}`));
const made: string[] = [];

function make(...names: string[]): void {
  for (const base of bases) {
    mkdirSync(join(base, ...names));
    made.push(join(base, ...names));
  }
}

function id(number: number): string {
  return `c${number.toString(16).padStart(63, '0')}`;
}

function print(what: string, ...values: readonly [number, string][]): void {
  process.stdout.write(
    `${what.padEnd(46)} ${values.map(([value, unit]) => `${value.toFixed(2)} ${unit}`).join(', ')}\n`,
  );
}

/** Median and slowest, in milliseconds. */
function spread(values: number[]): [[number, string], [number, string]] {
  const sorted = values.toSorted((left, right) => left - right);
  return [
    [sorted[Math.floor(sorted.length / 2)] ?? 0, 'ms median'],
    [sorted.at(-1) ?? 0, 'ms slowest'],
  ];
}

/** Collects garbage and returns resident memory in KiB. */
function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1_024;
}

function measureScan(): void {
  const times = Array.from({ length: 20 }, () => {
    const startedAt = performance.now();
    scan({ cgroupRoot: ROOT, scope: 'containers' });
    return performance.now() - startedAt;
  });
  print('scan of everything', ...spread(times));
}

async function measureDiscovery(): Promise<void> {
  const before = resident();
  const counters = Counters.create(DISCOVERY_COUNTERS);
  let seen: (batch: EntityBatch) => void = () => {};
  const options = { cgroupRoot: ROOT, scope: 'containers', firstEntity: 0, rescanMs: 3_600_000, counters } as const;
  const discovery = new Discovery(options, {
    entities: (batch) => seen(batch),
    written: () => {},
    late: () => {},
    trouble: (trouble) => process.stdout.write(`${JSON.stringify(trouble)}\n`),
  });
  const startedAt = performance.now();
  discovery.start();
  print('start: scan and watches', [performance.now() - startedAt, 'ms'], [counters.get('watches'), 'watches']);
  print('memory', [(resident() - before) / count, 'KiB per container']);

  const scanned = counters.get('scan_usec');
  const scans = counters.get('scans');
  for (let round = 0; round < 10; round++) {
    const done = counters.get('scans') + 1;
    discovery.rescan();
    while (counters.get('scans') < done) await new Promise((resolve) => setImmediate(resolve));
  }
  print('rescan with nothing new', [
    (counters.get('scan_usec') - scanned) / (counters.get('scans') - scans) / 1_000,
    'ms',
  ]);

  const took: number[] = [];
  for (let number = count; number < count + 200; number++) {
    const added = new Promise<void>((resolve) => (seen = (batch) => batch.added.length > 0 && resolve()));
    const madeAt = performance.now();
    make(id(number));
    await added;
    took.push(performance.now() - madeAt);
  }
  print('from the first mkdir to `added`', ...spread(took));
  discovery.stop();
}

try {
  make('');
  for (let number = 0; number < count; number++) make(id(number));
  process.stdout.write(`${count} containers in ${bases.length} hierarchies\n`);
  await measureDiscovery();
  measureScan();
} finally {
  for (const directory of made.toReversed()) rmdirSync(directory);
}
