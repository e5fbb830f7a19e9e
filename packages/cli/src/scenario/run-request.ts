import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { parseDuration } from '@fgm/agent/config';
import {
  defaultSizes,
  parseSize,
  SCENARIO_NAMES,
  SIZES,
  type ScenarioName,
  type SizeName,
  type Sizes,
} from '@fgm/scenarios';
import { UsageError } from '../failure.ts';

/** What `fgm scenario run` is asked for. */
export interface RunRequest {
  readonly scenarios: readonly ScenarioName[];
  /** Null: until it is stopped. */
  readonly durationMs: number | null;
  readonly seed: number;
  readonly sizes: Sizes;
  /** Null: beside what is known of the run. */
  readonly dataDirectory: string | null;
  /** Processes without containers, even where these can be had. */
  readonly plain: boolean;
}

/** What stands on the command line. */
export interface RunFlags {
  readonly all?: true;
  readonly duration: string;
  readonly seed: string;
  readonly size?: readonly string[];
  readonly dataDir?: string;
  readonly plain?: true;
}

const LONGEST_USEC = 7 * 86_400e6;

/** A new run's id: short enough to be typed, and fit for a label. */
export function newRunId(): string {
  return randomBytes(4).toString('hex');
}

/** @throws UsageError for one that there is not, or for none */
export function scenarioNames(names: readonly string[], all: boolean): readonly ScenarioName[] {
  if (all && names.length > 0) throw new UsageError('scenario run: names and --all; wanted one of them');
  if (all) return SCENARIO_NAMES;
  if (names.length === 0) throw new UsageError(`scenario run: wanted --all, or some of ${SCENARIO_NAMES.join(', ')}`);
  return SCENARIO_NAMES.filter((name) => names.map(scenarioName).includes(name));
}

/** @throws UsageError for one that there is not */
export function scenarioName(text: string): ScenarioName {
  const name = SCENARIO_NAMES.find((each) => each === text);
  if (name !== undefined) return name;
  throw new UsageError(
    `there is no scenario ${JSON.stringify(text.slice(0, 80))}; there are ${SCENARIO_NAMES.join(', ')}`,
  );
}

function durationOf(text: string): number | null {
  if (text === 'off') return null;
  const usec = parseDuration(text);
  if (usec !== undefined && usec >= 1e6 && usec <= LONGEST_USEC) return usec / 1000;
  throw new UsageError(
    `--duration: ${JSON.stringify(text.slice(0, 80))} is not valid; wanted 1s to 7d, such as 5m, or off`,
  );
}

function seedOf(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw new UsageError(
    `--seed: ${JSON.stringify(text.slice(0, 80))} is not valid; wanted a whole number from 0 to 4294967295`,
  );
}

function sizeOf(text: string): readonly [SizeName, number] {
  const [name = '', value = ''] = text.split(/=(.*)/s);
  const known = (Object.keys(SIZES) as SizeName[]).find((each) => each === name);
  if (known === undefined)
    throw new UsageError(
      `--size: ${JSON.stringify(text.slice(0, 80))}; wanted NAME=VALUE with one of ${Object.keys(SIZES).join(', ')}`,
    );
  const { unit, help } = SIZES[known];
  const size = parseSize(value, unit);
  if (size !== undefined) return [known, size];
  const wanted = unit === 'bytes' ? 'a size such as 64MiB' : 'a whole number above 0';
  throw new UsageError(`--size: ${JSON.stringify(text.slice(0, 80))}; wanted ${known}=${wanted}: ${help}`);
}

/** @throws UsageError naming the flag */
export function runRequest(names: readonly string[], flags: RunFlags): RunRequest {
  return {
    scenarios: scenarioNames(names, flags.all ?? false),
    durationMs: durationOf(flags.duration),
    seed: seedOf(flags.seed),
    sizes: { ...defaultSizes(), ...Object.fromEntries((flags.size ?? []).map(sizeOf)) },
    dataDirectory: flags.dataDir === undefined ? null : resolve(flags.dataDir),
    plain: flags.plain ?? false,
  };
}
