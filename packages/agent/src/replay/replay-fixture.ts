import { openFixture, type Fixture, type Missed } from '@fgm/fixture';
import { pinZstd } from '@fgm/store';
import { ConfigError, formatDuration } from '../config/index.ts';
import type { PipelineOptions, PipelineSettings, PipelineTotals } from './pipeline-options.ts';
import { pause } from './pause.ts';
import { PipelineSteps } from './pipeline-steps.ts';
import { ReplayError } from './replay-error.ts';
import { takeTarget } from './replay-target.ts';
import { replayRunId } from './run-id.ts';

export interface ReplayOptions {
  readonly outputDir: string;
  /** So many times as fast as it was; null: as fast as can be. What is written does not depend on it. */
  readonly speed: number | null;
  readonly rotationMs: number;
  readonly compressionLevel: number;
  /** That of the recording unless given. */
  readonly memory?: PipelineSettings['memory'];
  readonly scope?: PipelineSettings['scope'];
  readonly identifier?: string;
  /** Ends the replay early, with the instants that it has come to. */
  readonly signal?: AbortSignal;
}

export interface ReplaySummary extends PipelineTotals {
  readonly runId: string;
  readonly identifier: string;
  /** Of the recording: more than `ticks` when the replay was interrupted. */
  readonly instants: number;
  /** Milliseconds of the work itself, waiting for instants left out. */
  readonly workMs: number;
  /** What this version wanted and the recording has not. */
  readonly missed: Missed;
}

/**
 * Records a recorded node once more. The same fixture, options and version of this software make the same bytes, by every
 * Node.js and on every CPU: for that, this process compresses by its own libzstd from now on.
 *
 * @throws FixtureError when it cannot be read to its end; the directory is then empty again
 * @throws ConfigError when windows would be shorter than the interval of the recording
 * @throws ReplayError when the directory cannot be used, a file not be written, or it was interrupted before it began
 */
export async function replayFixture(directory: string, options: ReplayOptions): Promise<ReplaySummary> {
  const fixture = await openFixture(directory);
  try {
    checkRotation(options.rotationMs, fixture.manifest.interval_ms);
    await pinZstd();
    const target = await takeTarget(options.outputDir);
    try {
      const summary = await replayInto(fixture, options);
      await target.keep();
      return summary;
    } catch (error) {
      await target.clear();
      throw error;
    }
  } finally {
    fixture.close();
  }
}

function checkRotation(rotationMs: number, intervalMs: number): void {
  if (rotationMs >= intervalMs) return;
  const [rotation, interval] = [rotationMs, intervalMs].map((ms) => formatDuration(ms * 1000));
  throw new ConfigError(
    `--rotation: ${rotation} is shorter than the interval of the recording, ${interval}; wanted at least the interval`,
  );
}

async function replayInto(fixture: Fixture, options: ReplayOptions): Promise<ReplaySummary> {
  const { instants } = fixture;
  if (instants[0] === undefined || !fixture.advance()) throw new ReplayError('there is no instant in this recording');
  const pace = new Pace(instants[0], options.speed);
  const pipelineOptions = optionsOf(fixture, instants[0], options);
  const { runId, identifier } = pipelineOptions.output;
  const pipeline = new PipelineSteps(pipelineOptions);
  let totals: PipelineTotals;
  try {
    let more = true;
    while (more && (await pace.reach(instants[fixture.position]!, options.signal))) {
      await pipeline.step(instants[fixture.position]!);
      more = fixture.advance();
    }
    if (fixture.position === 0 && more) throw new ReplayError('interrupted before the first instant: nothing was kept');
    totals = pipeline.finish(more ? 'interrupted' : 'end of the recording');
  } catch (error) {
    pipeline.abandon();
    throw error;
  }
  return {
    ...totals,
    runId,
    identifier,
    instants: instants.length,
    workMs: pace.workMs,
    missed: fixture.missed,
  };
}

function optionsOf(
  { manifest, files, checksum }: Fixture,
  firstInstant: number,
  options: ReplayOptions,
): PipelineOptions & { readonly output: NonNullable<PipelineOptions['output']> } {
  const settings: PipelineSettings = {
    intervalMs: manifest.interval_ms,
    scope: options.scope ?? manifest.scope,
    memory: options.memory ?? manifest.memory,
    numa: manifest.numa,
    cmdline: manifest.cmdline,
    walkBudgetUsec: manifest.walk_budget_usec,
  };
  const { page_size: pageSize, user_hz: userHz, online_cpus: onlineCpus, kernel_release: kernelRelease } = manifest;
  // Neither the directory's name nor that of this machine has to do with it.
  const name = options.identifier ?? `recorded-${checksum.slice(0, 8)}`;
  const { outputDir, rotationMs, compressionLevel } = options;
  return {
    files,
    machine: { pageSize, userHz, onlineCpus, kernelRelease },
    settings,
    firstInstant,
    output: {
      directory: outputDir,
      runId: replayRunId(checksum, settings),
      identifier: name,
      node: name,
      cluster: null,
      rotationMs,
      compressionLevel,
    },
  };
}

/** Keeps the instants of a recording as far apart as is wanted. */
class Pace {
  readonly #first: number;
  readonly #speed: number | null;
  readonly #start = performance.now();
  #waitedMs = 0;

  constructor(first: number, speed: number | null) {
    this.#first = first;
    this.#speed = speed;
  }

  get workMs(): number {
    return performance.now() - this.#start - this.#waitedMs;
  }

  /** Waits until it is time for an instant. False when that was interrupted. @param usec the instant */
  async reach(usec: number, signal?: AbortSignal): Promise<boolean> {
    const before = performance.now();
    const left = this.#speed === null ? 0 : this.#start + (usec - this.#first) / 1000 / this.#speed - before;
    if (left > 0) await pause(left, signal);
    this.#waitedMs += performance.now() - before;
    return signal?.aborted !== true;
  }
}
