import { readdirSync } from 'node:fs';
import type { Recording } from '../recordings/recording.ts';
import { extentOf, isRecording } from './range.ts';

export const DATA_STATES = ['empty', 'closed', 'recording', 'unreadable'] as const;

/** How it stands with a data directory. */
export interface DataState {
  /** closed: nobody records into it at the moment. */
  readonly state: (typeof DATA_STATES)[number];
  /** When its newest row was written, in milliseconds since the Unix epoch; null without any. */
  readonly latest: number | null;
  /** Why it cannot be read; null when it can. */
  readonly reason: string | null;
}

export function stateOf(recording: Recording, now = Date.now()): DataState {
  try {
    mustBeReadable(recording.directory);
    const extent = extentOf({ all: [recording] }, now);
    const { latest } = extent;
    return {
      state: latest === null ? 'empty' : isRecording(extent, now) ? 'recording' : 'closed',
      latest,
      reason: null,
    };
  } catch (cause) {
    return { state: 'unreadable', latest: null, reason: (cause as Error).message };
  }
}

/** What is not there yet may come. @throws the error of the system call */
function mustBeReadable(directory: string): void {
  try {
    readdirSync(directory);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
}
