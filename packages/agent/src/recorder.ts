import type { Logger } from 'pino';
import type { RecorderConfig } from './config/recorder-config.ts';
import type { LiveSnapshot } from './live.ts';

export interface RecorderHooks {
  readonly log: Logger;
  /** Called once a tick with the newest values; only what a screen needs is computed for it. */
  readonly live?: (snapshot: LiveSnapshot) => void;
}

/** A running recorder. */
export interface Recorder {
  readonly runId: string;
  /** Where /metrics, /healthz and /readyz are served; null when switched off. */
  readonly url: string | null;
  /** The exit code, once it has stopped: 0, or 1 when it had to stop because of a failure. */
  readonly done: Promise<number>;
  /** After `done`: a thread is stuck in the kernel, so that the process can only be ended by SIGKILL. All files are final. */
  readonly hangs: boolean;
  /** Takes the last samples, finishes the files, and ends all threads. */
  stop(reason: string): Promise<void>;
  /** Takes over what can change while it runs; returns the settings that differ and need a restart. */
  reload(config: RecorderConfig): string[];
}
