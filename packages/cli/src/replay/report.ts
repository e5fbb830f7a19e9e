import type { ReplaySummary } from '@fgm/agent/replay';
import { formatBytes, formatCount, formatSpan, plural } from '../text/quantity.ts';
import { textTable } from '../text/text-table.ts';

/** Paths of which the summary gives an example. */
const EXAMPLES = 5;

/** What a replay has come to, for people. */
export function replayLines(summary: ReplaySummary, outputDir: string): string[] {
  const { ticks, rows, samples, files, bytes, workMs, runId, identifier } = summary;
  const each = samples === 0 ? 'no samples' : `${formatCount((workMs * 1e6) / samples)} ns a sample`;
  const table = textTable(
    [{ heading: 'table' }, { heading: 'rows', align: 'right' }],
    Object.entries(rows).map(([name, count]) => [name, formatCount(count)]),
  );
  return [
    `${plural(ticks, 'tick')}, ${plural(samples, 'sample')} in ${formatSpan(workMs * 1000)}: ${each}`,
    `${plural(files, 'file')} of ${formatBytes(bytes)} in ${outputDir}, identifier ${identifier}, run ${runId}`,
    '',
    ...table,
    ...missedLines(summary),
  ];
}

function missedLines({ missed: { count, paths } }: ReplaySummary): string[] {
  if (count === 0) return [];
  const more = paths.length > EXAMPLES ? ['  …'] : [];
  return [
    '',
    `${plural(count, 'look')} at what the fixture does not have, so that it was taken for absent:`,
    ...paths.slice(0, EXAMPLES).map((path) => `  ${path}`),
    ...more,
  ];
}
