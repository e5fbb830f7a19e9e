import { readdirSync } from 'node:fs';
import { consolidate } from '@fgm/store/consolidation';
import type { ConsolidationReport, ConsolidationTotals, Limit } from '@fgm/store/consolidation';
import { mustBeDirectory } from '../dataset/dataset.ts';
import { CommandFailure, messageOf } from '../failure.ts';
import { lastSession } from './last-session.ts';

export interface Result {
  readonly totals: ConsolidationTotals;
  /** False when something failed, or there was no room. */
  readonly complete: boolean;
}

/** How long a recorder that runs is given to make room: many of its ticks. */
const PATIENCE_MS = 15_000;
/** Where no recorder has said one. */
const DEFAULT_LEVEL = 3;

/**
 * Consolidates a data directory within the limit of its last recorder.
 *
 * @throws CommandFailure for what is no directory, cannot be written, or is being consolidated by somebody else
 */
export async function consolidateDirectory(
  directory: string,
  { dryRun, retentionBytes }: { readonly dryRun: boolean; readonly retentionBytes: number | undefined },
  report: (report: ConsolidationReport) => void,
): Promise<Result> {
  mustBeDirectory(directory);
  mustBeRecording(directory);
  const session = lastSession(directory);
  const bytes = retentionBytes ?? session?.retentionBytes;
  const limit: Limit | null =
    bytes === undefined
      ? null
      : { bytes, onLimit: session?.onLimit ?? 'evict', patienceMs: mayRecord(directory) ? PATIENCE_MS : 0 };
  let waiting = 0;
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const totals = await consolidate({
      directory,
      now: Date.now,
      level: session?.compressionLevel ?? DEFAULT_LEVEL,
      limit,
      dryRun,
      signal: abort.signal,
      report: (one) => {
        if (one.type === 'waiting') waiting++;
        report(one);
      },
    });
    return { totals, complete: totals.failed + waiting === 0 };
  } catch (cause) {
    if (abort.signal.aborted) throw new CommandFailure('stopped; nothing is lost, and what was done stays', { cause });
    throw new CommandFailure(messageOf(cause), { cause });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** What a recorder makes in its directory before anything else, or with the first window. */
const OF_A_RECORDER = /^(?:dt=.*|spool|index\.json|session-.*\.json)$/;

/** A path that is one level too deep would look like one with nothing to do. */
function mustBeRecording(directory: string): void {
  if (readdirSync(directory).some((name) => OF_A_RECORDER.test(name))) return;
  throw new CommandFailure(
    `${directory} is no data directory of a recorder: there is no dt=…, spool or index.json in it`,
  );
}

/** A recorder that was killed leaves its socket, too: then it is waited for in vain, once. */
function mayRecord(directory: string): boolean {
  return readdirSync(directory).some((name) => name.startsWith('.recorder-'));
}
