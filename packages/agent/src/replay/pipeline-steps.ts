import { EVENT_SEVERITIES, SAMPLED_TABLES, type EventType, type RecordedEvent } from '@fgm/catalog';
import { detectCgroups, SteppedDiscovery, SteppedTime } from '@fgm/discovery';
import { mountFiles } from '@fgm/kernfs';
import { Doorbell } from '@fgm/ring';
import { SteppedSampler, type CommonTask } from '@fgm/sampler';
import type { WriterOptions } from '@fgm/store';
import { setImmediate as turn } from 'node:timers/promises';
import { EntityFlow } from '../entity-flow.ts';
import { EntityRegistry } from '../entity-registry.ts';
import { makeLayouts, type Layouts } from '../layouts.ts';
import { StallEvents } from '../stall-events.ts';
import { StopEvents } from '../stop-events.ts';
import { VERSION } from '../version.ts';
import type { PipelineOptions, PipelineOutput, PipelineTotals } from './pipeline-options.ts';
import { ForgottenRows, WrittenRows, type RowSink } from './row-sink.ts';

/** Descriptors of recorded files cost next to nothing; a fixed number makes what is read the same everywhere. */
const OPEN_FILES = 1 << 20;
/** A replay is as large as it is. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

let places = 0;

/**
 * The whole pipeline of the recorder on one thread and in steps: discovery, a sampler, a ring, the writer. At each instant
 * everything is looked at once, and time stands still meanwhile. What comes out depends on the files, the instants and the
 * options alone. It reads nothing but these files.
 */
export class PipelineSteps {
  readonly #unmount: () => void;
  readonly #time: SteppedTime;
  readonly #discovery: SteppedDiscovery;
  readonly #sampler: SteppedSampler;
  readonly #sink: RowSink;
  readonly #stalls: StallEvents;
  readonly #stops: StopEvents;
  /** What the sampler's clock shows: before the first step, an instant of the tick before. */
  #usec: number;
  #ticks = 0;
  readonly #runtimes = new Set<string>();

  /** @throws Error when the output cannot be made */
  constructor(options: PipelineOptions) {
    const { settings, firstInstant, output } = options;
    this.#time = new SteppedTime(firstInstant);
    this.#usec = firstInstant - settings.intervalMs * 1000;
    const root = `/recorded-node-${++places}`;
    this.#unmount = mountFiles(root, options.files);
    const [procRoot, cgroupRoot] = [`${root}/proc`, `${root}/sys/fs/cgroup`];
    const layouts = makeLayouts(detectCgroups(cgroupRoot), settings.numa === 'on', procRoot);
    const time = this.#time;
    const now = (): number => this.#usec / 1000;
    this.#sampler = new SteppedSampler({
      task: samplerTask(options, layouts, procRoot),
      slots: layouts.slots,
      slotBytes: layouts.slotBytes,
      clock: { monotonic: now, wall: now },
      onEvent: (event) => this.#stalls.take(event),
    });
    this.#sink =
      output === null
        ? new ForgottenRows(this.#sampler)
        : new WrittenRows(writerOptions(options, output, layouts), this.#sampler, () => time.wall());
    this.#stalls = new StallEvents(settings.intervalMs, (event) => this.#record(event));
    this.#stops = new StopEvents(root, (event) => this.#record(event), time);
    const flow = new EntityFlow(new EntityRegistry(), this.#stops, this.#sampler, (message) =>
      this.#sink.post(message),
    );
    this.#discovery = new SteppedDiscovery(
      { cgroupRoot, procRoot, hostRoot: root, scope: settings.scope, firstEntity: 0 },
      {
        entities: (batch) => {
          for (const { identity } of [...batch.added, ...batch.changed]) this.#saw(identity.runtime);
          flow.take({ type: 'entities', ...batch }, time.wall());
        },
        written: () => {},
        late: (late) => {
          this.#saw(late.identity.runtime);
          flow.late(late);
        },
        trouble: () => {},
      },
      time,
      // Recorded files are there at once: all that waits for them has gone on after one turn of the event loop.
      () => turn(),
    );
    this.#event('recorder_start', {
      ...(output === null ? {} : { run_id: output.runId }),
      version: VERSION,
      interval_ms: settings.intervalMs,
    });
  }

  /**
   * Looks at the files as they are at this instant. The first one is that of the options.
   * @param usec microseconds since the Unix epoch
   * @throws ReplayError when rows cannot be written
   */
  async step(usec: number): Promise<void> {
    this.#time.moveTo(usec);
    this.#usec = usec;
    await this.#discovery.step();
    this.#sampler.tick();
    this.#stalls.flush();
    this.#sink.drain();
    this.#ticks++;
  }

  /** Writes what is left, and ends. @throws ReplayError when that cannot be written */
  finish(reason: string): PipelineTotals {
    this.#discovery.stop();
    this.#sampler.finish();
    this.#stalls.flush();
    this.#stops.flush();
    this.#event('recorder_stop', { reason });
    this.#sink.finish();
    this.#unmount();
    return this.#totals();
  }

  /** Ends after something went wrong: what was not written yet is lost. */
  abandon(): void {
    this.#discovery.stop();
    this.#sink.abandon();
    this.#unmount();
  }

  /** Container runtimes that were seen so far. */
  get runtimes(): readonly string[] {
    return [...this.#runtimes].toSorted();
  }

  #saw(runtime: string | null): void {
    if (runtime !== null) this.#runtimes.add(runtime);
  }

  #totals(): PipelineTotals {
    const { made, samples } = this.#sink;
    const rows: Record<string, number> = {};
    for (const table of [...SAMPLED_TABLES, 'events'] as const) {
      const sum = made.reduce((total, file) => total + (file.table === table ? file.rows : 0), 0);
      if (sum > 0) rows[table] = sum;
    }
    const bytes = made.reduce((total, file) => total + file.bytes, 0);
    return { ticks: this.#ticks, rows, samples, files: made.length, bytes };
  }

  #event(type: EventType, detail: Record<string, unknown>): void {
    this.#record({ type, severity: EVENT_SEVERITIES[type], time: this.#time.usec(), entity: null, pid: null, detail });
  }

  #record(event: RecordedEvent): void {
    this.#sink.post({ type: 'event', event });
  }
}

function samplerTask({ settings, machine }: PipelineOptions, { tables }: Layouts, procRoot: string): CommonTask {
  const { intervalMs, memory, cmdline, walkBudgetUsec } = settings;
  const { pageSize, userHz, onlineCpus, kernelRelease } = machine;
  return {
    layouts: tables,
    intervalMs,
    procRoot,
    memory,
    cmdline,
    walkBudgetUsec,
    redact: [],
    openFilesLimit: OPEN_FILES,
    pageSize,
    userHz,
    onlineCpus,
    kernelRelease,
    doorbell: new Doorbell().buffer,
  };
}

function writerOptions(
  { settings, machine }: PipelineOptions,
  output: PipelineOutput,
  layouts: Layouts,
): WriterOptions {
  return {
    ...output,
    intervalMs: settings.intervalMs,
    retentionBytes: NO_LIMIT,
    retentionAgeMs: NO_LIMIT,
    onLimit: 'stop',
    spoolSyncMs: NO_LIMIT,
    recorderVersion: VERSION,
    kernelRelease: machine.kernelRelease,
    layouts: layouts.tables,
    configuration: { ...settings },
  };
}
