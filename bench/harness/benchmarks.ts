import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Benchmark {
  /** Below bench/. */
  readonly file: string;
  readonly args?: readonly string[];
  readonly quick?: readonly string[];
}

const BENCH = fileURLToPath(new URL('../', import.meta.url));

/** Steps of the pipeline, one by one. */
const STEPS: Readonly<Record<string, Benchmark>> = {
  ring: { file: 'micro/ring.ts' },
  'spool-append': { file: 'micro/spool-append.ts' },
  encode: { file: 'micro/encode.ts' },
  'node-devices-interfaces': { file: 'micro/node-devices-interfaces.ts' },
};

const MACRO: Readonly<Record<string, Benchmark>> = {
  'read-and-parse': { file: 'macro/read-and-parse.ts' },
  consolidate: { file: 'macro/consolidate.ts', args: ['--windows', '40'], quick: ['--windows', '8'] },
  'recorder-cost-idle': { file: 'macro/recorder-cost.ts', args: ['idle'] },
  'recorder-cost-active': { file: 'macro/recorder-cost.ts', args: ['active'] },
  'recorder-cost-rollup': { file: 'macro/recorder-cost.ts', args: ['rollup'] },
  patient: { file: 'macro/patient.ts', quick: ['--seconds', '15'] },
  'tick-fidelity': { file: 'macro/tick-fidelity.ts', quick: ['--seconds', '15'] },
  burst: { file: 'macro/burst.ts', quick: ['--seconds', '15', '--warm-up', '12'] },
  churn: { file: 'macro/churn.ts', quick: ['--containers', '1000'] },
  'short-lived': { file: 'macro/short-lived.ts', quick: ['--containers', '200'] },
  kill9: { file: 'macro/kill9.ts', quick: ['--kills', '5', '--at-most', '4'] },
  scale: { file: 'macro/scale.ts' },
  'per-sample': { file: 'macro/per-sample.ts' },
  'bytes-per-sample': { file: 'macro/bytes-per-sample.ts' },
  recovery: { file: 'macro/recovery.ts' },
  query: { file: 'macro/query.ts' },
  viewer: { file: 'macro/viewer.ts' },
  page: { file: 'macro/page.ts' },
  rss: { file: 'macro/rss.ts' },
  'start-up': { file: 'macro/start-up.ts' },
  peers: { file: 'peers/peers.ts' },
};

/** What else is in bench/micro: parsers, each named after its kernel file. */
function parsers(): Record<string, Benchmark> {
  const names = readdirSync(`${BENCH}micro`).map((file) => file.replace(/\.ts$/, ''));
  const rest = names.filter((name) => !(name in STEPS)).sort();
  return Object.fromEntries(rest.map((name) => [name, { file: `micro/${name}.ts` }]));
}

export const PARSERS = parsers();

/** By the name of the file in bench/out/ where it leaves figures. */
export const BENCHMARKS: Readonly<Record<string, Benchmark>> = { ...PARSERS, ...STEPS, ...MACRO };

/** Those that are over in seconds. */
export const MICRO: readonly string[] = [...Object.keys(PARSERS), ...Object.keys(STEPS)];

/** Those that can be run for a moment: to see that they run is a matter of seconds for all of them together. */
export const SMOKED: readonly string[] = [...MICRO, 'read-and-parse', 'start-up', 'recovery', 'per-sample', 'rss'];

/** Those that two versions are compared by unless told otherwise. */
export const COMPARED: readonly string[] = MICRO.filter((name) => name !== 'node-devices-interfaces');

/** The names that there is no benchmark of. */
export function unknownAmong(names: readonly string[]): string[] {
  return names.filter((name) => !(name in BENCHMARKS) || !existsSync(`${BENCH}${BENCHMARKS[name]!.file}`));
}
