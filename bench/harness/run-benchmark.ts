import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from './benchmarks.ts';
import { ALONE_VARIABLE, EFFORT_VARIABLE, type Effort } from './effort.ts';
import type { Figure } from './figure.ts';
import { OUT_VARIABLE } from './report.ts';
import { RECORDING_VARIABLE } from './proc-recording.ts';

export const BENCH = fileURLToPath(new URL('../', import.meta.url));

export interface RunOptions {
  readonly effort: Effort;
  /** Directory `bench` of the code that is to be measured; this one's unless given. */
  readonly bench?: string;
  /** Where figures are left, as NAME.json. */
  readonly out: string;
  /** Nothing but ours is measured. */
  readonly alone?: boolean;
  /** Nothing is printed, but for what went wrong. */
  readonly quiet?: boolean;
  /** A file that keeps what was recorded of the machine, for others that shall work on the same. */
  readonly recording?: string;
}

/** Runs a benchmark in a process of its own. Its figures, or null when it failed. */
export async function runBenchmark(
  name: string,
  { file, args = [], quick = args }: Benchmark,
  options: RunOptions,
): Promise<readonly Figure[] | null> {
  const path = join(options.out, `${name}.json`);
  rmSync(path, { force: true });
  mkdirSync(options.out, { recursive: true });
  const done = await run([join(options.bench ?? BENCH, file), ...(options.effort === 'full' ? args : quick)], options);
  return done && existsSync(path) ? figuresIn(path) : null;
}

/** Runs several in one process, which is enough to see that they run. The figures of each, or null when it failed. */
export async function runTogether(
  benchmarks: readonly (readonly [name: string, Benchmark])[],
  options: RunOptions,
): Promise<(readonly Figure[] | null)[]> {
  const paths = benchmarks.map(([name]) => join(options.out, `${name}.json`));
  for (const path of paths) rmSync(path, { force: true });
  mkdirSync(options.out, { recursive: true });
  const files = benchmarks.map(([, { file }]) => join(BENCH, file));
  await run([join(BENCH, 'harness/import-all.ts'), ...files], options);
  return paths.map((path) => (existsSync(path) ? figuresIn(path) : null));
}

/** True when it ended well. */
async function run(command: readonly string[], options: RunOptions): Promise<boolean> {
  const { bench = BENCH, quiet = false } = options;
  const child = spawn(process.execPath, ['--conditions=@fgm/source', '--expose-gc', ...command], {
    cwd: join(bench, '..'),
    env: { ...process.env, ...environment(options) },
    stdio: quiet ? ['ignore', 'ignore', 'pipe'] : 'inherit',
  });
  const complaint = child.stderr === null ? undefined : text(child.stderr);
  const stop = (): boolean => child.kill();
  // Before what it writes to is removed.
  process.prependOnceListener('exit', stop);
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('exit', stop);
  if (code !== 0 && complaint !== undefined) console.error(`${command[0]}: ${gist(await complaint)}`);
  return code === 0;
}

function environment({ effort, out, alone = false, recording }: RunOptions): NodeJS.ProcessEnv {
  return {
    [EFFORT_VARIABLE]: effort,
    [OUT_VARIABLE]: out,
    ...(alone && { [ALONE_VARIABLE]: '1' }),
    ...(recording !== undefined && { [RECORDING_VARIABLE]: recording }),
  };
}

/** Of what a process said as it ended, the line that names the error. */
function gist(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^\S*Error\b/.test(line)) ?? lines.at(-1) ?? 'ended without a word';
}

function figuresIn(path: string): readonly Figure[] {
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly figures: readonly Figure[] }).figures;
}
