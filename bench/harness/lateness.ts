import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FGM = fileURLToPath(new URL('../../packages/cli/bin/fgm.js', import.meta.url));

/** The rows of a query over a recording. */
export function queryRecording(directory: string, sql: string): Record<string, unknown>[] {
  const args = [FGM, 'query', directory, '--format', 'json', sql];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 })) as Record<
    string,
    unknown
  >[];
}

/**
 * By how many milliseconds each tick of a recording was late, by its first row. That row's time is the instant after its first
 * files were read, so this is the start of the tick and some 20 µs.
 *
 * @param skip ticks at the beginning that do not count: threads are still starting then
 */
export function latenessOfTicks(directory: string, intervalMs: number, skip: number): number[] {
  const late = `min(epoch_us(time)) - tick * ${intervalMs * 1000}`;
  const ticks = queryRecording(
    directory,
    `SELECT ${late} AS late FROM containers GROUP BY tick ORDER BY tick OFFSET ${skip}`,
  );
  return ticks.map((row) => Number(row['late']) / 1000);
}
