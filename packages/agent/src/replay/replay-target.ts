import { acquireLock, type Lock } from '@fgm/store';
import fs from 'node:fs';
import path from 'node:path';
import { makeDirectory } from '../make-directory.ts';
import { ReplayError } from './replay-error.ts';

/** The directory that a replay writes to, as long as it does. */
export interface ReplayTarget {
  /** All is written. */
  keep(): Promise<void>;
  /** Takes away what was written so far. */
  clear(): Promise<void>;
}

/**
 * Takes an empty directory, or makes one.
 * @throws ReplayError when it cannot be made or written, is somebody else's, or has something in it
 */
export async function takeTarget(directory: string): Promise<ReplayTarget> {
  const lock = await lockEmpty(directory);
  return {
    keep: () => lock.release(),
    async clear() {
      await lock.release();
      for (const name of fs.readdirSync(directory)) fs.rmSync(path.join(directory, name), { recursive: true });
    },
  };
}

async function lockEmpty(directory: string): Promise<Lock> {
  try {
    makeDirectory(directory);
    // Before the lock, which is a file in there.
    mustBeEmpty(directory);
    return await acquireLock(directory);
  } catch (cause) {
    throw new ReplayError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function mustBeEmpty(directory: string): void {
  const [name] = fs.readdirSync(directory);
  if (name === undefined) return;
  throw new Error(
    `${directory} is not empty (${name}): a replay must be alone in its directory, or its index would not be the same each time; choose another --output-dir`,
  );
}
