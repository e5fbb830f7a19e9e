import { formatBytes, formatCount, plural } from '../text/quantity.ts';
import type { Cut } from './description.ts';
import type { Exported } from './exported.ts';

/** `1,000 of 12,345 rows, at 2026-…Z`: what stands wherever a cut is told. */
export function cutText({ max_rows: most, rows_found: found, at }: Cut): string {
  return `cut after ${formatCount(most)} of ${formatCount(found)} rows, at ${at}`;
}

/** One line of complaint about what is missing. */
export function cutWarning(cut: Cut): string {
  return `fgm: export: ${cutText(cut)}: --max-${cut.max_bytes === undefined ? 'rows' : 'bytes'} allows more`;
}

/** What was exported, for people. */
export function reportLines({ layout, format, files, rows, bytes, from, to, cut }: Exported): string[] {
  const lines = files.map(
    (file) =>
      `${file.path === '-' ? 'standard output' : file.path}: ${plural(file.rows, 'row')} of ${file.tables.join(', ')}, ${formatBytes(file.bytes)}`,
  );
  const total =
    files.length > 1 ? `, ${plural(files.length, 'file')}, ${plural(rows, 'row')}, ${formatBytes(bytes)}` : '';
  return [...lines, `${layout} ${format}, ${from} to ${to}${total}`, ...(cut ? [cutText(cut)] : [])];
}
