import { fileURLToPath } from 'node:url';
import {
  PROCESSES_SQL,
  SCENARIO_NAMES,
  ScenarioRun,
  canCompile,
  happeningText,
  hostKindHere,
  makePlan,
  possibleScenarios,
  removeLeftovers,
  scenario,
  type HostKind,
  type Lifecycle,
  type Planned,
} from '@fgm/scenarios';
import type { DemoOptions } from './options.ts';

const COMMAND = fileURLToPath(new URL('../../../cli/bin/fgm.js', import.meta.url));

const NOUNS: Readonly<Record<HostKind, string>> = {
  containers: 'containers',
  cgroups: 'processes in cgroups',
  processes: 'processes',
};

export interface DemoTerminal {
  readonly isTerminal: boolean;
  readonly say: (line: string) => void;
  /** Aborted by a signal; the reason is its name. */
  readonly signal: AbortSignal;
  /** A program that removes leftovers when it is given `--clean`. */
  readonly entry: string;
}

/** Runs a demonstration to its end. @returns an exit code */
export async function runDemo(options: DemoOptions, terminal: DemoTerminal): Promise<number> {
  const { say } = terminal;
  const { kind, why } = options.plain ? { kind: 'processes' as const, why: '--plain was given' } : hostKindHere();
  const { possible, leftOut } = possibleScenarios(options.scenarios, {
    limits: kind !== 'processes',
    compiler: canCompile(),
  });
  if (why !== null) say(`${NOUNS[kind]} without containers: ${why}`);
  if (leftOut.length > 0) say(`left out, as this machine cannot do them: ${leftOut.join(', ')}`);
  if (possible.length === 0) return 1;
  const plan = makePlan({ ...options, scenarios: possible });
  if (options.dryRun) return describe(plan, say);
  const left = await removeLeftovers();
  if (left > 0) say(`removed what ${left} killed run${left > 1 ? 's have' : ' has'} left behind`);
  return play(options, plan, kind, terminal);
}

function describe(plan: readonly Planned[], say: (line: string) => void): number {
  for (const { scenario: name, namespace, pod, startMs, load, id } of plan.toSorted((a, b) => a.startMs - b.startMs))
    say(
      `${(startMs / 1000).toFixed(1).padStart(5)} s  ${name.padEnd(14)}  ${namespace}/${pod}  ${id(0).slice(0, 12)}  ${load.slice(1).join(' ')}`,
    );
  return 0;
}

async function play(
  { dataDirectory, minutes, wholeNode, recorderFlags }: DemoOptions,
  plan: readonly Planned[],
  kind: HostKind,
  { isTerminal, say, signal, entry }: DemoTerminal,
): Promise<number> {
  const demonstration = new ScenarioRun({
    plan,
    kind,
    durationMs: minutes === 0 ? null : minutes * 60_000,
    dataDirectory,
    wholeNode,
    command: [COMMAND],
    clean: [process.execPath, ...process.execArgv, entry, '--clean'],
    recorderFlags,
    isTerminal,
    signal,
    ...(isTerminal
      ? {}
      : {
          told: (life, happened) => say(happeningText(life, happened)),
          begun: () => say(`${plan.length} ${NOUNS[kind]}, recorded to ${dataDirectory}`),
        }),
  });
  const code = await demonstration.run();
  sayWhatToLookAt(demonstration.lives, kind, dataDirectory, say);
  return code;
}

function sayWhatToLookAt(
  lives: readonly Lifecycle[],
  kind: HostKind,
  dataDirectory: string,
  say: (line: string) => void,
): void {
  const restarts = lives.reduce((sum, { starts }) => sum + Math.max(0, starts - 1), 0);
  say(`\n${lives.length} ${NOUNS[kind]}, ${restarts} restarts, in ${dataDirectory}. To see what happened:`);
  const shown = new Set(lives.map(({ planned }) => planned.scenario));
  const query = (sql: string): string => `npx fgm query ${dataDirectory} "${sql.replace(/\s+/g, ' ')}"`;
  if (kind === 'processes') say(query(PROCESSES_SQL));
  else
    for (const name of SCENARIO_NAMES.filter((one) => shown.has(one)))
      say(`\n# ${name}: ${scenario(name).shows}\n${query(scenario(name).sql)}`);
}
