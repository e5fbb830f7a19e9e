import { relative } from 'node:path';
import { plural } from '../text/quantity.ts';
import type { Style } from '../text/style.ts';
import { pad } from '../text/width.ts';
import type { Finding, Severity } from './finding.ts';
import type { Validation } from './validate.ts';

const EMPHASIS = { error: 'alarm', warning: 'warning', info: 'faint' } as const satisfies Record<Severity, keyof Style>;
const ORDER: readonly Severity[] = ['error', 'warning', 'info'];

export function countOf(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

/** One line per finding, the worst first, then what was looked at. */
export function reportLines({ files, rows, findings }: Validation, target: string, style: Style): string[] {
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  const lines = sorted.map(({ severity, path, rule, message }) => {
    const place = relative(target, path) || path;
    return `${style[EMPHASIS[severity]](pad(severity, 7))}  ${rule}  ${place}: ${message}`;
  });
  const counts = ORDER.map((severity) => countOf(findings, severity));
  const sum = `${plural(files, 'file')}, ${plural(rows, 'row')}: ${plural(counts[0]!, 'error')}, ${plural(counts[1]!, 'warning')}`;
  return [...lines, sum];
}
