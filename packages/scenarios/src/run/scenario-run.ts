import { setTimeout as pause } from 'node:timers/promises';
import { makeCgroups } from '../machine/cgroups.ts';
import type { Planned } from '../plan.ts';
import { hostOf, type HostKind } from './hosts.ts';
import { Lifecycle } from './lifecycle.ts';
import { PodLogs } from './pod-logs.ts';
import { RunRecorder } from './recorder.ts';
import { RunDirectory } from './run-directory.ts';
import { startWatchdog } from './watchdog.ts';

/** Milliseconds between two looks at the containers. */
const STEP_MS = 100;
/** The recorder is there before the first container is, for as long; and on a busy machine it may take its time to begin. */
const HEAD_START_MS = 1000;
const PATIENCE_MS = 60_000;
/** After Ctrl-C on a terminal, which the recorder hears as well: no longer than it needs. */
const OWN_END_MS = 30_000;

export interface RunOptions {
  readonly plan: readonly Planned[];
  readonly kind: HostKind;
  /** Milliseconds; null: until a signal. */
  readonly durationMs: number | null;
  readonly dataDirectory: string;
  /** Where logs of the pods stay; by default they go when the run ends. */
  readonly hostRoot?: string;
  /** Records also what else runs on this machine. */
  readonly wholeNode: boolean;
  /** Program and first arguments of `fgm`. */
  readonly command: readonly string[];
  /** A command that calls removeLeftovers(). */
  readonly clean: readonly string[];
  /** Flags of `fgm monitor` and `fgm up`. */
  readonly recorderFlags: readonly string[];
  /** Shows a live table. */
  readonly isTerminal: boolean;
  /** Aborted by a signal; the reason is its name. */
  readonly signal: AbortSignal;
  /** The first containers are about to start. */
  readonly begun?: () => void;
  readonly told?: (life: Lifecycle, happened: 'started' | 'ended') => void;
}

/** Containers with trouble, and a recorder on them, until the time is over or somebody interrupts. Leaves the recording alone. */
export class ScenarioRun {
  readonly #options: RunOptions;
  readonly #run: RunDirectory;
  readonly lives: readonly Lifecycle[];

  constructor(options: RunOptions) {
    this.#options = options;
    this.#run = new RunDirectory(options.hostRoot);
    // Whatever ends us in an orderly way; the watchdog is for the rest.
    process.once('exit', () => this.#run.remove());
    const host = hostOf(options.kind, this.#run, new PodLogs(this.#run.hostRoot));
    this.lives = options.plan.map((planned) => new Lifecycle(planned, host));
  }

  /** @returns an exit code: the recorder's */
  async run(): Promise<number> {
    const { kind, wholeNode, clean, command, dataDirectory, recorderFlags, isTerminal } = this.#options;
    const watchdog = startWatchdog(clean);
    const scope = ['--scope', kind === 'processes' ? 'all' : 'containers'];
    const flags = ['--host-root', this.#run.hostRoot, ...scope, ...recorderFlags];
    const apart = kind !== 'processes' && !wholeNode;
    if (apart) makeCgroups(this.#run.cgroup);
    const cgroup = apart ? this.#run.cgroup : null;
    const recorder = new RunRecorder({ command, dataDirectory, terminal: isTerminal, cgroup, flags });
    this.#run.noteRecorder(recorder.pid);
    try {
      const ended = recorder.ended.then((code) => ({ code }));
      const early = await Promise.race([ended, this.#play(recorder)]);
      if (early === null) await this.#stop(recorder);
      return (await ended).code;
    } finally {
      recorder.stop();
      await recorder.ended;
      for (const life of this.lives) if (kind !== 'containers') life.remove();
      this.#run.remove();
      watchdog.kill();
    }
  }

  /** Lets things happen until the time is over or somebody interrupts. */
  async #play(recorder: RunRecorder): Promise<null> {
    const { durationMs, signal, told, begun } = this.#options;
    await this.#until(() => recorder.records);
    const start = performance.now() + HEAD_START_MS;
    const end = durationMs ?? Number.POSITIVE_INFINITY;
    begun?.();
    for (;;) {
      const now = performance.now() - start;
      if (now >= end || signal.aborted) return null;
      for (const life of this.lives) {
        const happened = life.step(now);
        if (happened !== null) told?.(life, happened);
      }
      await this.#step();
    }
  }

  async #step(): Promise<void> {
    await pause(STEP_MS, undefined, { signal: this.#options.signal }).catch(() => undefined);
  }

  async #until(holds: () => boolean): Promise<void> {
    const giveUp = performance.now() + PATIENCE_MS;
    while (!holds() && !this.#options.signal.aborted && performance.now() < giveUp) await this.#step();
  }

  async #stop(recorder: RunRecorder): Promise<void> {
    const heard = recorder.sharesTerminal && this.#options.signal.reason === 'SIGINT';
    if (heard) await Promise.race([recorder.ended, pause(OWN_END_MS, undefined, { ref: false })]);
    recorder.stop();
  }
}
