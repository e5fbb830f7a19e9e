import type { LiveSnapshot, Recorder } from '@fgm/agent';
import { resolveConfig } from '@fgm/agent/config';
import type { RecorderConfig, Sources } from '@fgm/agent/config';
import type { Logger } from 'pino';
import { CommandFailure, EXIT, messageOf } from '../failure.ts';
import { onSignals } from './signals.ts';

export interface RecordHooks {
  readonly log: Logger;
  readonly live?: (snapshot: LiveSnapshot) => void;
  /** The recorder runs. */
  readonly started?: (recorder: Recorder) => void;
  /** It was told to stop and finishes its files. */
  readonly stopping?: () => void;
}

/** Rereads the configuration and gives the recorder what it can take; what cannot be used changes nothing. */
function rereadInto(recorder: Recorder, sources: Sources, log: Logger): void {
  try {
    const { config } = resolveConfig(sources);
    recorder.reload(config);
    log.level = config.logLevel;
  } catch (error) {
    log.error({ problem: messageOf(error) }, 'configuration not reread, the old one stays');
  }
}

/** Why a recorder cannot start is for whoever started it, in one line. */
async function start(config: RecorderConfig, { log, live }: RecordHooks): Promise<Recorder> {
  const { startRecorder } = await import('@fgm/agent');
  try {
    return await startRecorder(config, live ? { log, live } : { log });
  } catch (cause) {
    throw new CommandFailure(messageOf(cause), { cause });
  }
}

/**
 * Runs a recorder until a signal, its duration or a failure ends it.
 *
 * @returns the exit code
 * @throws CommandFailure when it cannot start
 */
export async function record(config: RecorderConfig, sources: Sources, hooks: RecordHooks): Promise<number> {
  let recorder: Recorder | undefined;
  let stopReason: string | undefined;
  const stop = (reason: string): void => {
    stopReason = reason;
    hooks.stopping?.();
    // Its outcome is that of `done`.
    void recorder?.stop(reason);
  };
  const release = onSignals({
    stop,
    force: () => process.exit(EXIT.failure),
    reread: () => (recorder ? rereadInto(recorder, sources, hooks.log) : undefined),
  });
  try {
    recorder = await start(config, hooks);
    hooks.started?.(recorder);
    // A signal came while it was starting.
    if (stopReason !== undefined) void recorder.stop(stopReason);
    const code = await recorder.done;
    // Exiting would wait for the thread for ever.
    if (recorder.hangs) process.kill(process.pid, 'SIGKILL');
    return code;
  } finally {
    release();
  }
}
