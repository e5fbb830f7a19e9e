import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canCompile,
  dashboardOf,
  happeningText,
  hostKindHere,
  makePlan,
  possibleScenarios,
  PROCESSES_SQL,
  removeLeftovers,
  scenario,
  ScenarioRun,
  startTimeOf,
  type HostKind,
  type Lifecycle,
  type Planned,
  type ScenarioName,
} from '@fgm/scenarios';
import type { Terminal } from '../commands/command.ts';
import { CommandFailure } from '../failure.ts';
import { plural } from '../text/quantity.ts';
import { fgmCommand } from './fgm-command.ts';
import type { RunRequest } from './run-request.ts';
import type { RunHome, RunRecord } from './run-record.ts';

/** Milliseconds until the last of the containers starts: whoever asks for trouble wants it soon. */
const START_WITHIN_MS = 2000;

const NOUNS: Readonly<Record<HostKind, string>> = {
  containers: 'container',
  cgroups: 'process in a cgroup of its own',
  processes: 'process',
};

/** What of the request can be had on this machine, and by what. @throws CommandFailure where it is nothing */
function possibleHere({ scenarios, plain }: RunRequest): {
  readonly kind: HostKind;
  readonly names: readonly ScenarioName[];
  readonly notes: readonly string[];
} {
  const { kind, why } = plain ? { kind: 'processes' as const, why: '--plain was given' } : hostKindHere();
  const { possible, leftOut } = possibleScenarios(scenarios, { limits: kind !== 'processes', compiler: canCompile() });
  const missing = [...(why === null ? [] : [why]), ...(canCompile() ? [] : ['there is no gcc'])].join(', ');
  if (possible.length === 0) throw new CommandFailure(`${leftOut.join(', ')} cannot be had here: ${missing}`);
  const notes = [
    ...(why === null ? [] : [`${NOUNS[kind]} instead of containers: ${why}`]),
    ...(leftOut.length === 0 ? [] : [`left out: ${leftOut.join(', ')}: ${missing}`]),
  ];
  return { kind, names: possible, notes };
}

/** Writes what `fgm view --dashboards` shows: one for each scenario, and one for all. */
function writeDashboards(home: RunHome, names: readonly ScenarioName[], kind: HostKind): void {
  const write = (file: string, dashboard: object): void =>
    writeFileSync(join(home.dashboards, `${file}.json`), `${JSON.stringify(dashboard, null, 2)}\n`);
  // Processes alone have no containers to be found by.
  const filtered = (name: string): object => (kind === 'processes' ? {} : { pattern: name });
  for (const name of names) write(name, dashboardOf([name], { name, ...filtered(name) }));
  write('all', dashboardOf(names, { name: `Run ${home.id}` }));
}

function recordOf(home: RunHome, request: RunRequest, kind: HostKind, names: readonly ScenarioName[]): RunRecord {
  return {
    schema_version: 1,
    run: home.id,
    process: { pid: process.pid, startTime: startTimeOf(process.pid)! },
    kind,
    scenarios: names,
    seed: request.seed,
    duration_ms: request.durationMs,
    data_directory: request.dataDirectory ?? home.data,
    began: new Date().toISOString(),
    ended: null,
    outcome: null,
    containers: [],
  };
}

function containersOf(lives: readonly Lifecycle[]): RunRecord['containers'] {
  return lives.map(({ planned: { scenario: name, namespace, pod }, starts, running }) => ({
    scenario: name,
    namespace,
    pod,
    running,
    starts,
  }));
}

function planOf({ seed, sizes, durationMs }: RunRequest, names: readonly ScenarioName[]): Planned[] {
  const minutes = (durationMs ?? 0) / 60_000;
  return makePlan({ containers: names.length, seed, minutes, scenarios: names, sizes, startWithinMs: START_WITHIN_MS });
}

/** The signals that end a run, until the function is called. */
function interruptible(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const abort = (signal: NodeJS.Signals): void => controller.abort(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, abort);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, abort);
    },
  };
}

/**
 * Runs scenarios on this machine, in the foreground.
 *
 * @returns an exit code
 * @throws CommandFailure when none of them can be had here
 */
export async function runLocally(request: RunRequest, home: RunHome, { stdout }: Terminal): Promise<number> {
  const say = (line: string): void => void stdout.write(`${line}\n`);
  const isTerminal = stdout.isTTY && process.stdin.isTTY;
  const { signal, release } = interruptible();
  try {
    const { kind, names, notes } = possibleHere(request);
    await removeLeftovers();
    const begun = recordOf(home, request, kind, names);
    writeDashboards(home, names, kind);
    const run = new ScenarioRun({
      plan: planOf(request, names),
      kind,
      durationMs: request.durationMs,
      dataDirectory: begun.data_directory,
      hostRoot: home.hostRoot,
      wholeNode: false,
      command: fgmCommand(),
      clean: [...fgmCommand(), 'scenario', 'clean'],
      recorderFlags: [],
      isTerminal,
      signal,
      told: (life, happened) => {
        home.write({ ...begun, containers: containersOf(run.lives) });
        if (!isTerminal) say(happeningText(life, happened));
      },
    });
    home.write({ ...begun, containers: containersOf(run.lives) });
    for (const note of notes) say(note);
    say(`run ${home.id}: ${names.join(', ')}; recorded to ${begun.data_directory}`);
    const end = (outcome: RunRecord['outcome']): void =>
      home.write({ ...begun, containers: containersOf(run.lives), ended: new Date().toISOString(), outcome });
    const code = await run.run().catch((error: unknown) => {
      end('failed');
      throw error;
    });
    end(code !== 0 ? 'failed' : signal.aborted ? 'stopped' : 'finished');
    if (code === 0) for (const line of whatToLookAt(home, begun)) say(line);
    return code;
  } finally {
    release();
  }
}

/** Commands that show what a run has recorded. */
export function whatToLookAt(home: RunHome, { run, kind, scenarios, data_directory: data }: RunRecord): string[] {
  const query = (sql: string): string => `  fgm query ${data} "${sql.replace(/\s+/g, ' ')}"`;
  return [
    `To see what happened in ${plural(scenarios.length, 'scenario')}:`,
    `  fgm view ${data} --dashboards ${home.dashboards}    and then ?dashboard=${scenarios.length === 1 ? scenarios[0] : 'all'}`,
    `  fgm scenario export ${run} -o DIR`,
    ...(kind === 'processes'
      ? [query(PROCESSES_SQL)]
      : scenarios.flatMap((name) => [`  # ${name}: ${scenario(name).shows}`, query(scenario(name).sql)])),
  ];
}
