import { acquireLock } from '@fgm/store';
import type { RecorderConfig } from './config/recorder-config.ts';
import { RunningRecorder } from './running-recorder.ts';
import type { Recorder, RecorderHooks } from './recorder.ts';
import { describeMachine } from './machine.ts';
import fs from 'node:fs';

/**
 * Starts recording.
 *
 * @throws Error when the data directory cannot be used, another recorder owns it, or the address is taken; the message says
 *   what to do
 */
export async function startRecorder(config: RecorderConfig, hooks: RecorderHooks): Promise<Recorder> {
  makeDirectory(config.outputDir);
  const lock = await acquireLock(config.outputDir);
  if (lock.warning !== null) hooks.log.warn({ dir: config.outputDir }, lock.warning);
  try {
    const recorder = new RunningRecorder(config, hooks, describeMachine(), () => lock.release());
    await recorder.start();
    return recorder;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function makeDirectory(directory: string): void {
  try {
    fs.mkdirSync(directory, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot make the data directory ${directory}: ${reason}; choose another --output-dir`, { cause });
  }
}
