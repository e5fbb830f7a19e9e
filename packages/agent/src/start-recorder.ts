import { acquireLock, type Lock } from '@fgm/store';
import type { RecorderConfig } from './config/recorder-config.ts';
import { serve, type ServerHandle } from './http-server.ts';
import { RunningRecorder } from './running-recorder.ts';
import type { Recorder, RecorderHooks } from './recorder.ts';
import { describeMachine } from './machine.ts';
import fs from 'node:fs';
import path from 'node:path';

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

function makeDirectory(directory: string): void {
  try {
    makeWithParents(path.resolve(directory));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot make the data directory ${directory}: ${reason}; choose another --output-dir`, { cause });
  }
}

/**
 * Not mkdirSync's own `recursive`: where the kernel answers ENOENT below a directory that exists, as /proc does, Node makes
 * the parent and tries again for ever.
 */
function makeWithParents(directory: string): void {
  if (fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = path.dirname(directory);
  if (parent !== directory) makeWithParents(parent);
  fs.mkdirSync(directory);
}
