import { acquireLock, unwritableDirectory, type Lock } from '@fgm/store';
import type { RecorderConfig } from './config/recorder-config.ts';
import { serve, type ServerHandle } from './http-server.ts';
import { RunningRecorder } from './running-recorder.ts';
import type { Recorder, RecorderHooks } from './recorder.ts';
import { describeMachine } from './machine.ts';
import { makeDirectory } from './make-directory.ts';
import fs from 'node:fs';

/**
 * Starts recording.
 *
 * @throws Error when the data directory cannot be used, another recorder owns it, or the address is taken; the message says
 *   what to do
 */
export async function startRecorder(config: RecorderConfig, hooks: RecorderHooks): Promise<Recorder> {
  makeDirectory(config.outputDir);
  mustBeDirectory(config.procRoot, '--proc-root');
  mustBeDirectory(config.cgroupRoot, '--cgroup-root');
  mustBeDirectory(config.hostRoot, '--host-root');
  mustBeWritable(config);
  const lock = await lockOf(config.outputDir);
  if (lock.warning !== null) hooks.log.warn({ dir: config.outputDir }, lock.warning);
  const release = (): Promise<void> => lock.release();
  let server: ServerHandle | null = null;
  let recorder: RunningRecorder | null = null;
  try {
    // Before any thread is started or file is made: a taken port must leave nothing behind.
    if (config.listen !== null) server = await serve(config.listen, () => recorder?.endpoints ?? null);
    recorder = new RunningRecorder(config, hooks, { machine: describeMachine(), server, release });
    await recorder.start();
    return recorder;
  } catch (error) {
    if (recorder === null) {
      await server?.close();
      await release();
    } else await recorder.stop('could not start');
    throw error;
  }
}

/** A recorder without its roots would record nothing and look well. */
function mustBeDirectory(directory: string, flag: string): void {
  if (fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new Error(`${flag} ${directory} is not a directory: there is nothing to record; fgm doctor says more`);
}

/** A recorder of another user has been here, and only root with CAP_DAC_OVERRIDE could pass over that. */
function mustBeWritable({ outputDir, identifier }: RecorderConfig): void {
  const place = unwritableDirectory(outputDir, identifier);
  if (place === null) return;
  const user = process.geteuid?.() ?? 0;
  throw new Error(
    `${place} may not be written by user ${user}; give the data directory to that user (chown -R ${user} ${outputDir}) or choose another --output-dir`,
  );
}

async function lockOf(directory: string): Promise<Lock> {
  try {
    return await acquireLock(directory);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined || !(cause instanceof Error)) throw cause; // it says itself what to do
    throw new Error(`cannot write in the data directory ${directory} (${code}); choose another --output-dir`, {
      cause,
    });
  }
}
