import { idOf, randomFrom, uidOf } from './random.ts';
import { SCENARIO_NAMES, scenario, type ScenarioName } from './scenarios.ts';
import type { Sizes } from './sizes.ts';

export interface PlanOptions {
  readonly containers: number;
  readonly seed: number;
  readonly minutes: number;
  readonly scenarios: readonly ScenarioName[];
  readonly sizes: Sizes;
  /** Milliseconds until the last of them starts; by default a share of the time. */
  readonly startWithinMs?: number;
}

export type Qos = 'guaranteed' | 'burstable' | 'besteffort';

/** A container of the demonstration. All of it follows from the options. */
export interface Planned {
  readonly scenario: ScenarioName;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly qos: Qos;
  /** Milliseconds after the beginning. */
  readonly startMs: number;
  /** Name, verb and numbers of the load program. */
  readonly load: readonly string[];
  readonly memoryLimitBytes: number | null;
  readonly cpuLimitMillicores: number | null;
  readonly pidsLimit: number | null;
  /** The container's id when it has been started so many times anew. */
  readonly id: (restart: number) => string;
}

/** Most time until the last container is there, and its share of a short demonstration. */
const LONGEST_START_MS = 20_000;
const START_SHARE = 0.1;

/** First one of each scenario in the order of the list, then a crowd of those that are well, and some troubled ones more. */
export function makePlan(options: PlanOptions): Planned[] {
  const { containers, seed, scenarios } = options;
  const random = randomFrom(seed);
  return Array.from({ length: containers }, (_, index) =>
    planOne(options, scenarios[index] ?? oneMore(scenarios, random()), index, random),
  ).map((planned, index) => ({ ...planned, id: (restart: number) => idOf('demo', seed, index, restart) }));
}

/** Of ten more containers five are idle, three are at work, two are in trouble; of those that are wanted at all. */
function oneMore(scenarios: readonly ScenarioName[], random: number): ScenarioName {
  if (random < 0.5 && scenarios.includes('idle')) return 'idle';
  if (random < 0.8 && scenarios.includes('steady')) return 'steady';
  return scenarios[Math.floor(random * 1e6) % scenarios.length]!;
}

function planOne(options: PlanOptions, name: ScenarioName, index: number, random: () => number): Omit<Planned, 'id'> {
  const { apps, namespace, load, memoryLimitBytes, cpuLimitMillicores, pidsLimit } = scenario(name);
  const { sizes, seed, minutes, startWithinMs } = options;
  const podUid = uidOf('demo', seed, index);
  const share = minutes === 0 ? LONGEST_START_MS : Math.min(LONGEST_START_MS, minutes * 60_000 * START_SHARE);
  const startMs = Math.round(random() * (startWithinMs ?? share));
  const [memory, cpu] = [memoryLimitBytes?.(sizes) ?? null, cpuLimitMillicores?.(sizes) ?? null];
  return {
    scenario: name,
    namespace,
    pod: `${apps[index % apps.length]!}-${podUid.slice(0, 8)}-${podUid.slice(-5)}`,
    podUid,
    qos: memory !== null && cpu !== null ? 'guaranteed' : memory !== null || cpu !== null ? 'burstable' : 'besteffort',
    startMs,
    load: [name, ...load(sizes, random)].map(String),
    memoryLimitBytes: memory,
    cpuLimitMillicores: cpu,
    pidsLimit: pidsLimit?.(sizes) ?? null,
  };
}

/** The scenarios that can be seen on this machine, and those that cannot, in the order of the table. */
export function possibleScenarios(
  wanted: readonly ScenarioName[],
  machine: { readonly limits: boolean; readonly compiler: boolean },
): { readonly possible: ScenarioName[]; readonly leftOut: ScenarioName[] } {
  const can = (name: ScenarioName): boolean => {
    const { needsLimits = false, needsCompiler = false } = scenario(name);
    return (machine.limits || !needsLimits) && (machine.compiler || !needsCompiler);
  };
  const ordered = SCENARIO_NAMES.filter((name) => wanted.includes(name));
  return { possible: ordered.filter(can), leftOut: ordered.filter((name) => !can(name)) };
}
