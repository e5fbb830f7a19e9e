import { createHash } from 'node:crypto';
import type { PipelineSettings } from './pipeline-options.ts';

/** Of a UUID whose bits are its maker's own affair (RFC 9562, version 8). */
const VERSION = 0x80;
const VARIANT = 0x80;

/** The run that a fixture makes with these settings: a UUID that is always the same. @param checksum of the fixture */
export function replayRunId(checksum: string, settings: PipelineSettings): string {
  const { intervalMs, scope, memory, numa, cmdline, walkBudgetUsec } = settings;
  const text = JSON.stringify([checksum, intervalMs, scope, memory, numa, cmdline, walkBudgetUsec]);
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | VERSION;
  bytes[8] = (bytes[8]! & 0x3f) | VARIANT;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
