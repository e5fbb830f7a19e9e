import {
  FixtureError,
  FixtureWriter,
  RecordingFiles,
  Target,
  type FixtureManifest,
  type FixtureOrigin,
  type Roots,
  type Scrubber,
} from '@fgm/fixture';
import { detectCgroups } from '@fgm/discovery';
import { describeMachine } from '../machine.ts';
import { VERSION } from '../version.ts';
import type { PipelineSettings } from './pipeline-options.ts';
import { PipelineSteps } from './pipeline-steps.ts';
import { RecordingClock } from './recording-clock.ts';
import { ReplayError } from './replay-error.ts';

export interface RecordFixtureOptions {
  /** Where the fixture goes: an empty directory, or one that is not there yet. */
  readonly directory: string;
  readonly ticks: number;
  readonly settings: PipelineSettings;
  readonly roots: Roots;
  readonly scrubber: Scrubber;
  /** Whether that scrubber replaces anything. */
  readonly scrub: 'on' | 'off';
  /** Ends the recording early, with the ticks that it has. */
  readonly signal: AbortSignal;
  readonly onTick?: (progress: RecordProgress) => void;
}

export interface RecordProgress {
  readonly ticks: number;
  /** Instants that were left out because the one before took too long. */
  readonly missed: number;
  /** Files and directories so far. */
  readonly paths: number;
  /** Of text, before it is compressed. */
  readonly textBytes: number;
  /** Milliseconds that looking and writing took, of all ticks. */
  readonly workMs: number;
}

export interface RecordSummary extends RecordProgress {
  readonly manifest: FixtureManifest;
  /** On disk. */
  readonly bytes: number;
}

/**
 * Records what the recorder reads of this machine, by running it: its files are looked at through files that remember what
 * was seen. So a replay of the fixture finds what the recorder found here, and all that this one left out because it could
 * not have changed.
 *
 * @throws FixtureError when it cannot be written; then nothing is left of it
 * @throws ReplayError when a root is not there, or it was ended before its first tick
 */
export async function recordFixture(options: RecordFixtureOptions): Promise<RecordSummary> {
  const files = recordingFiles(options.roots);
  const target = new Target(options.directory);
  const recording = new Recording(options, files, new FixtureWriter(target, options.scrubber));
  try {
    await recording.run();
    return await recording.finish();
  } catch (error) {
    target.clear();
    if (!(error instanceof FixtureError)) throw error;
    throw new FixtureError(error.reason, `${error.message}: nothing was kept`, { cause: error });
  } finally {
    recording.close();
    files.close();
  }
}

function recordingFiles(roots: Roots): RecordingFiles {
  try {
    return new RecordingFiles(roots);
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    throw new ReplayError(`the root ${path} cannot be looked at (${code}): there is nothing to record`, { cause });
  }
}

class Recording {
  readonly #options: RecordFixtureOptions;
  readonly #files: RecordingFiles;
  readonly #writer: FixtureWriter;
  readonly #machine = describeMachine();
  readonly #clock: RecordingClock;
  #pipeline: PipelineSteps | null = null;
  #workMs = 0;

  constructor(options: RecordFixtureOptions, files: RecordingFiles, writer: FixtureWriter) {
    this.#options = options;
    this.#files = files;
    this.#writer = writer;
    this.#clock = new RecordingClock(options.settings.intervalMs);
  }

  get #progress(): RecordProgress {
    const { instants: ticks, textBytes } = this.#writer;
    return { ticks, missed: this.#clock.missed, paths: this.#files.paths, textBytes, workMs: this.#workMs };
  }

  async run(): Promise<void> {
    const { ticks, signal, onTick } = this.#options;
    while (this.#writer.instants < ticks && (await this.#clock.next(signal))) {
      const start = performance.now();
      await this.#tick(this.#clock.usec());
      this.#workMs += performance.now() - start;
      onTick?.(this.#progress);
    }
  }

  async finish(): Promise<RecordSummary> {
    if (this.#pipeline === null) throw new ReplayError('ended before the first tick: there is no fixture');
    this.#pipeline.finish('end of the recording');
    const manifest = await this.#writer.finish({
      ...this.#origin(),
      runtimes: this.#pipeline.runtimes,
      ticks_wanted: this.#options.ticks,
      paths: this.#files.paths,
      too_large: this.#files.tooLarge,
    });
    this.#pipeline = null;
    return { ...this.#progress, manifest, bytes: this.#writer.bytes };
  }

  /** Something went wrong, unless it has finished. */
  close(): void {
    this.#pipeline?.abandon();
  }

  async #tick(usec: number): Promise<void> {
    this.#files.begin();
    this.#pipeline ??= new PipelineSteps({
      files: this.#files,
      machine: this.#machine,
      settings: this.#options.settings,
      firstInstant: usec,
      output: null,
    });
    await this.#pipeline.step(usec);
    await this.#writer.write(usec, this.#files.complete());
  }

  #origin(): FixtureOrigin {
    const { settings, scrub, roots } = this.#options;
    const { kernelRelease, pageSize, userHz, onlineCpus, memoryBytes } = this.#machine;
    return {
      recorder_version: VERSION,
      kernel_release: kernelRelease,
      arch: process.arch,
      cgroup_mode: detectCgroups(roots.cgroupRoot).mode,
      page_size: pageSize,
      user_hz: userHz,
      online_cpus: onlineCpus,
      memory_bytes: memoryBytes,
      interval_ms: settings.intervalMs,
      memory: settings.memory,
      scope: settings.scope,
      numa: settings.numa,
      cmdline: settings.cmdline,
      walk_budget_usec: settings.walkBudgetUsec,
      scrub,
    };
  }
}
