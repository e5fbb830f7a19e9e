import { clearAbandoned, ConsolidationDue, type FromConsolidation } from '@fgm/store';
import type { Logger } from 'pino';
import type { RecorderConfig } from './config/recorder-config.ts';
import { ConsolidationProcess, type Ended } from './consolidation-process.ts';

/** How often it is looked whether there is something to do. */
const LOOK_EVERY_MS = 60_000;
/** After a failure, or without room, it is tried again this much later, and later each time. */
const AGAIN_MS = 300_000;
const LATEST_AGAIN_MS = 3_600_000;
/** Ticks in which the writer is expected to have made room. */
const PATIENCE_TICKS = 5;
const LEAST_PATIENCE_MS = 10_000;

/** What of the configuration matters here. */
export type ConsolidationConfig = Pick<
  RecorderConfig,
  'outputDir' | 'compressionLevel' | 'intervalMs' | 'consolidate' | 'retentionBytes' | 'onLimit'
>;

/** What consolidation has done since the recorder started. */
export interface ConsolidationCounts {
  runs: number;
  failures: number;
  files: number;
  sources: number;
  rows: number;
  bytesIn: number;
  bytesOut: number;
  cpuSeconds: number;
  /** Files that the last run left alone. */
  left: number;
  /** Milliseconds since the Unix epoch of the last failure; 0 without one. */
  lastErrorTime: number;
}

/** Starts a process that consolidates whenever there is something to consolidate, one at a time. */
export class Consolidation {
  readonly counts: ConsolidationCounts = {
    runs: 0,
    failures: 0,
    files: 0,
    sources: 0,
    rows: 0,
    bytesIn: 0,
    bytesOut: 0,
    cpuSeconds: 0,
    left: 0,
    lastErrorTime: 0,
  };
  readonly #log: Logger;
  readonly #due: ConsolidationDue;
  #config: ConsolidationConfig;
  #timer: NodeJS.Timeout | null = null;
  #process: ConsolidationProcess | null = null;
  /** The files that a run has left as they are: only others are a reason to start one. */
  #settled: number | null = null;
  readonly #reported = new Set<string>();
  /** Failures, and lack of room, one after the other. */
  #setbacks = 0;
  #notBefore = -Infinity;
  #stopping = false;

  constructor(config: ConsolidationConfig, log: Logger) {
    this.#config = config;
    this.#log = log;
    this.#due = new ConsolidationDue(config.outputDir);
  }

  /** Looks at once, and from then on now and then. */
  async start(): Promise<void> {
    await this.#clear();
    this.#timer = setInterval(() => this.#lookAtOnce(), LOOK_EVERY_MS).unref();
    this.#lookAtOnce();
  }

  /** Takes over a reread configuration. A run that is under way goes on unless it is switched off. */
  change(config: ConsolidationConfig): void {
    this.#config = config;
    if (config.consolidate === 'off') void this.#process?.stop();
  }

  /** Ends a run that is under way. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#process?.stop();
  }

  /** Starts a run if there is reason to; returns when it has ended. */
  async look(): Promise<void> {
    const idle = this.#process === null && !this.#stopping && this.#config.consolidate === 'on';
    if (!idle || performance.now() < this.#notBefore) return;
    const signature = this.#signature();
    if (signature === null || signature === this.#settled) return;
    await this.#run();
  }

  #lookAtOnce(): void {
    this.look().catch((error: unknown) => this.#failed({ error }, 'consolidation cannot be started'));
  }

  async #run(): Promise<void> {
    const { outputDir, compressionLevel, retentionBytes, onLimit, intervalMs } = this.#config;
    const patienceMs = Math.max(LEAST_PATIENCE_MS, PATIENCE_TICKS * intervalMs);
    const limit = { bytes: retentionBytes, onLimit, patienceMs };
    const setbacks = this.#setbacks;
    this.counts.runs++;
    this.#process = new ConsolidationProcess({ directory: outputDir, level: compressionLevel, limit }, (message) =>
      this.#take(message),
    );
    const ended = await this.#process.ended;
    this.#process = null;
    if (!ended.ok) await this.#died(ended);
    if (this.#setbacks > setbacks) {
      this.#notBefore = performance.now() + Math.min(AGAIN_MS * 2 ** setbacks, LATEST_AGAIN_MS);
    } else {
      this.#setbacks = 0;
      this.#settled = this.#signature();
    }
  }

  #take(message: FromConsolidation): void {
    const { counts } = this;
    switch (message.type) {
      case 'merged':
        counts.files++;
        counts.sources += message.sources;
        counts.rows += message.rows;
        counts.bytesIn += message.bytesIn;
        counts.bytesOut += message.bytes;
        return this.#log.info(message, 'consolidated');
      case 'left':
        return this.#once(message.path, message, 'not consolidated: the file is left alone');
      case 'waiting':
        this.#setbacks++;
        return this.#once(`waiting ${message.path}`, message, 'consolidation waits for room');
      case 'failed':
        return this.#failed(message, 'consolidation failed, and is tried again');
      case 'died':
        return this.#failed(message, 'consolidation cannot work');
      case 'ended':
        counts.cpuSeconds += message.cpuSeconds;
        counts.left = message.totals.left;
        return this.#log.debug(message, 'consolidation ended');
      case 'started':
      case 'cleared':
      case 'planned':
        return this.#log.debug(message, 'consolidation');
    }
  }

  #failed(message: object, text: string): void {
    this.#setbacks++;
    this.counts.failures++;
    this.counts.lastErrorTime = Date.now();
    this.#log.warn(message, text);
  }

  #once(key: string, message: object, text: string): void {
    if (!this.#reported.has(key)) this.#log.warn(message, text);
    this.#reported.add(key);
  }

  /** It was killed, or could not be started: what it had reserved must not stay so. */
  async #died({ problem }: Ended): Promise<void> {
    const wanted = this.#stopping || this.#config.consolidate === 'off';
    // One that said itself what was wrong has been counted.
    if (!wanted && problem !== 'exit code 1') this.#failed({ problem }, 'the process that consolidates died');
    await this.#clear();
  }

  async #clear(): Promise<void> {
    try {
      await clearAbandoned(this.#config.outputDir);
    } catch (error) {
      this.#log.warn({ error }, 'what a consolidation has left cannot be removed');
    }
  }

  #signature(): number | null {
    try {
      return this.#due.signature(Date.now());
    } catch (error) {
      this.#failed({ error }, 'the data directory cannot be listed');
      return null;
    }
  }
}
