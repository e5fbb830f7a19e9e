import * as fs from 'node:fs';
import * as path from 'node:path';
import { namesIn, replaceFile } from './directory.ts';
import type { WriterOptions } from './messages.ts';

/** Writes session-<run_id>.json: with what settings a run was recorded. @throws the error that stopped it */
export function writeSession(options: WriterOptions, startedAt: number): void {
  const { runId, recorderVersion, kernelRelease, node, cluster, identifier, intervalMs, configuration } = options;
  const document = {
    run_id: runId,
    started_at: new Date(startedAt).toISOString(),
    recorder_version: recorderVersion,
    kernel_release: kernelRelease,
    node,
    cluster,
    identifier,
    interval_ms: intervalMs,
    rotation_ms: options.rotationMs,
    compression_level: options.compressionLevel,
    retention_bytes: options.retentionBytes,
    retention_age_ms: options.retentionAgeMs,
    on_limit: options.onLimit,
    spool_sync_ms: options.spoolSyncMs,
    configuration: configuration ?? {},
  };
  replaceFile(path.join(options.directory, `session-${runId}.json`), `${JSON.stringify(document, null, 1)}\n`);
}

/** Deletes the session files of runs of which there is no data any more: last written before `earliest` (milliseconds). */
export function dropOldSessions(directory: string, runId: string, earliest: number): void {
  for (const name of namesIn(directory)) {
    if (!/^session-[\w.-]+\.json$/.test(name) || name === `session-${runId}.json`) continue;
    const file = path.join(directory, name);
    const stat = fs.lstatSync(file, { throwIfNoEntry: false });
    // A run goes on after its session file was written: a day is more than any window.
    if (stat?.isFile() === true && stat.mtimeMs < earliest - 7 * 86_400_000) fs.rmSync(file, { force: true });
  }
}
