import { setTimeout as delay } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal comes. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
