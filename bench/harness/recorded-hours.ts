/** Hours of a recording in a data directory, as a recorder leaves them. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ClosedFile, listClosedFiles } from '@fgm/store';
import { consolidate } from '@fgm/store/consolidation';
import { IndexFile } from '../../packages/store/src/index-file.ts';
import { publish } from '../../packages/store/src/publish.ts';
import { rebuildIndex } from '../../packages/store/src/rebuild-index.ts';
import { encodeSegment } from '../../packages/store/src/segment-encoder.ts';
import type { Recording } from './proc-recording.ts';
import { writeWindow } from './store-window.ts';

export const HOUR_MS = 3_600_000;
const WINDOW_MS = 90_000;
const WINDOWS_AN_HOUR = HOUR_MS / WINDOW_MS;
const WINDOWS_A_DAY = 24 * WINDOWS_AN_HOUR;

/**
 * Makes a directory with windows of all hours; all but those of the last are consolidated.
 * @returns when the last one ends, in milliseconds since the Unix epoch
 */
export async function recordHours(
  directory: string,
  recording: Recording,
  { containers, hours }: { readonly containers: number; readonly hours: number },
): Promise<number> {
  mkdirSync(directory);
  let end = 0;
  const consolidated = (hours - 1) * WINDOWS_AN_HOUR;
  for (let number = 1; number <= hours * WINDOWS_AN_HOUR; number++) {
    const window = writeWindow(recording, containers, 0, number);
    const steps = encodeSegment(window.directory, { into: window.directory });
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    publish(directory, step.value, step.value.window!);
    end = step.value.window!.end;
    rmSync(dirname(window.directory), { recursive: true });
    if (number === consolidated || (number < consolidated && number % WINDOWS_A_DAY === 0)) {
      const later = end + 2 * HOUR_MS;
      await consolidate({ directory, level: 3, limit: null, now: () => later, report: () => undefined });
    }
  }
  writeIndex(directory, end);
  return end;
}

/** As a recorder leaves it: without one, a viewer has to make its own of all files first. */
function writeIndex(directory: string, end: number): void {
  const index = new IndexFile(directory, null);
  const unreadable = (file: ClosedFile, cause: Error): never => {
    throw new Error(file.path, { cause });
  };
  const steps = rebuildIndex(index, listClosedFiles(directory), unreadable);
  while (steps.next().done !== true);
  index.write(end, 0, WINDOW_MS);
}
