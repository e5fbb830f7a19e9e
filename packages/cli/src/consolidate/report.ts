import { relative } from 'node:path';
import type { ConsolidationReport, ConsolidationTotals } from '@fgm/store/consolidation';
import { formatBytes, plural } from '../text/quantity.ts';
import type { Style } from '../text/style.ts';

/** What a report says to a person, with paths as seen from the data directory. */
export function linesOf(report: ConsolidationReport, directory: string, style: Style): string[] {
  const place = (path: string): string => relative(directory, path) || '.';
  if (report.type === 'merged') return [`${place(report.path)}: ${mergedText(report)}`];
  if (report.type === 'planned') {
    return [`${place(report.path)}: ${plannedText(report)}`, ...report.sources.map((name) => `  ${name}`)];
  }
  if (report.type === 'cleared') {
    return [`${place(report.path)}: deleted; ${place(report.replacedBy)} has its rows`];
  }
  if (report.type === 'left') return [style.warning(`left alone: ${place(report.path)}: ${report.problem}`)];
  const where = `${report.table} in ${place(report.path)}: ${report.problem}`;
  return [report.type === 'waiting' ? style.warning(`no room for ${where}`) : style.alarm(`failed: ${where}`)];
}

function mergedText({ sources, rows, bytesIn, bytes }: ConsolidationReport & { type: 'merged' }): string {
  return `${plural(sources, 'file')}, ${plural(rows, 'row')}, ${formatBytes(bytesIn)} → ${formatBytes(bytes)}`;
}

function plannedText({ table, sources, rows, bytesIn }: ConsolidationReport & { type: 'planned' }): string {
  return `${plural(sources.length, 'file')} of ${table}, ${plural(rows, 'row')}, ${formatBytes(bytesIn)}`;
}

/** What all of it came to. */
export function summaryLine(
  { files, sources, bytesIn, bytesOut, failed, left }: ConsolidationTotals,
  dryRun: boolean,
): string {
  const problems = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(left > 0 ? [`${plural(left, 'file')} left alone`] : []),
  ];
  const rest = problems.length > 0 ? `; ${problems.join(', ')}` : '';
  if (files === 0) return `nothing to do${rest}`;
  if (dryRun) return `${plural(sources, 'file')} would become ${files}${rest}`;
  return `${plural(sources, 'file')} became ${files}: ${formatBytes(bytesIn)} → ${formatBytes(bytesOut)}${rest}`;
}
