import { parseArgs } from 'node:util';
import {
  SCENARIO_NAMES,
  SIZES,
  parseSize,
  scenario,
  type PlanOptions,
  type ScenarioName,
  type SizeName,
  type Sizes,
} from '@fgm/scenarios';

export interface DemoOptions extends PlanOptions {
  readonly dataDirectory: string;
  /** Processes without containers, even where these can be had. */
  readonly plain: boolean;
  /** Records also what else runs on this machine. */
  readonly wholeNode: boolean;
  /** Only list what would be started. */
  readonly dryRun: boolean;
  /** Flags of `fgm monitor` and `fgm up`. */
  readonly recorderFlags: readonly string[];
}

/** Asked wrongly. The message is one line. */
export class DemoUsageError extends Error {}

const MOST_CONTAINERS = 1000;
const SIZE_NAMES = Object.keys(SIZES) as readonly SizeName[];

/**
 * @param args as on the command line; `--help` gives null
 * @throws DemoUsageError
 */
export function parseDemoOptions(args: readonly string[]): DemoOptions | null {
  const { values, positionals } = parsed(args);
  if (values['help'] === true) return null;
  const text = (name: string): string => String(values[name]);
  const number = (name: string, min: number, max: number, whole: boolean): number => {
    const value = text(name).trim() === '' ? Number.NaN : Number(text(name));
    const fits = value >= min && value <= max && (!whole || Number.isInteger(value));
    if (fits) return value;
    throw new DemoUsageError(
      `--${name}: "${text(name)}"; wanted a ${whole ? 'whole ' : ''}number from ${min} to ${max}`,
    );
  };
  return {
    containers: number('containers', 1, MOST_CONTAINERS, true),
    seed: number('seed', 0, 2 ** 32 - 1, true),
    minutes: number('minutes', 0, 7 * 24 * 60, false),
    scenarios: scenariosOf(values['scenario'] as string[] | undefined),
    sizes: sizesOf(values),
    dataDirectory: text('data-dir'),
    plain: values['plain'] === true,
    wholeNode: values['whole-node'] === true,
    dryRun: values['dry-run'] === true,
    recorderFlags: positionals,
  };
}

function parsed(args: readonly string[]): ReturnType<typeof parseArgs> {
  const string = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    containers: string('30'),
    seed: string('1'),
    minutes: string('5'),
    scenario: { type: 'string', multiple: true } as const,
    'data-dir': string('data/demo'),
    plain: flag,
    'whole-node': flag,
    'dry-run': flag,
    help: flag,
    ...Object.fromEntries(SIZE_NAMES.map((name) => [name, string(String(SIZES[name].value))])),
  };
  const split = args.indexOf('--');
  try {
    const own = split < 0 ? args : args.slice(0, split);
    const { values } = parseArgs({ args: [...own], options, allowPositionals: false });
    return { values, positionals: split < 0 ? [] : args.slice(split + 1) };
  } catch (cause) {
    throw new DemoUsageError((cause as Error).message.split('\n')[0], { cause });
  }
}

function scenariosOf(wanted: readonly string[] | undefined): ScenarioName[] {
  const names = wanted?.flatMap((list) => list.split(',')) ?? SCENARIO_NAMES;
  const unknown = names.find((name) => !(SCENARIO_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new DemoUsageError(`--scenario: no "${unknown}"; there are ${SCENARIO_NAMES.join(', ')}`);
  return SCENARIO_NAMES.filter((name) => names.includes(name));
}

function sizesOf(values: Readonly<Record<string, unknown>>): Sizes {
  const sizeOf = (name: SizeName): number => {
    const { unit, help } = SIZES[name];
    const size = parseSize(String(values[name]), unit);
    const wanted = unit === 'bytes' ? 'a size such as 64MiB' : 'a whole number above 0';
    if (size === undefined) throw new DemoUsageError(`--${name}: "${String(values[name])}"; wanted ${wanted}: ${help}`);
    return size;
  };
  return Object.fromEntries(SIZE_NAMES.map((name) => [name, sizeOf(name)])) as Sizes;
}

/** What `--help` prints. */
export function demoUsage(): string {
  const sizes = SIZE_NAMES.map((name): [string, string] => {
    const { value, unit, help } = SIZES[name];
    return [`--${name} ${unit === 'bytes' ? `${value / 2 ** 20}MiB` : value}`, help];
  });
  const flags: readonly (readonly [string, string])[] = [
    ['--containers 30', 'how many'],
    ['--seed 1', 'the same seed makes the same containers, with the same ids, at the same times'],
    ['--minutes 5', 'how long; 0: until a signal'],
    ['--scenario NAME,…', 'only these'],
    ['--data-dir data/demo', 'takes the recording, which stays'],
    ['--plain', 'processes without containers, as where there is no root or no runc'],
    ['--whole-node', 'record what else runs on this machine, too'],
    ['--dry-run', 'only say what would be started'],
    ...sizes,
  ];
  const table = (rows: readonly (readonly [string, string])[]): string =>
    rows.map(([name, text]) => `  ${name.padEnd(22)} ${text}`).join('\n');
  return `npm run node:demo -- [options] [-- FLAGS OF fgm monitor]

A node without a cluster: containers with all kinds of trouble, and the recorder on it.

${table(flags)}

Scenarios:
${table(SCENARIO_NAMES.map((name) => [name, scenario(name).shows]))}
`;
}
