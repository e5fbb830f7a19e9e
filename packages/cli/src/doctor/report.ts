import { plural } from '../text/quantity.ts';
import type { Style } from '../text/style.ts';
import { pad, widthOf } from '../text/width.ts';
import type { Check, CheckStatus } from './check.ts';

const STATUS_CELLS = 4;
const EMPHASIS = { ok: 'good', warn: 'warning', fail: 'alarm' } as const satisfies Record<CheckStatus, keyof Style>;

/** Breaks at spaces into lines of at most `width` cells; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line === '') lines[lines.length - 1] = word;
    else if (widthOf(line) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function sentence({ finding, cost, remedy }: Check): string {
  return [finding, ...(cost ? [`Cost: ${cost}`] : []), ...(remedy ? [`Remedy: ${remedy}`] : [])].join('. ');
}

/** One sentence that sums the checks up. */
export function verdict(checks: readonly Check[]): string {
  const count = (status: CheckStatus): number => checks.filter((check) => check.status === status).length;
  if (count('fail') > 0) return `A recorder cannot work here: ${plural(count('fail'), 'check')} failed.`;
  if (count('warn') > 0) return `A recorder works here, with ${plural(count('warn'), 'restriction')}.`;
  return 'A recorder works here, with nothing missing.';
}

/**
 * One line per check, then the verdict.
 *
 * @param width cells at which a line is continued below its text; undefined: never, for whoever greps
 */
export function reportLines(checks: readonly Check[], width: number | undefined, style: Style): string[] {
  const nameCells = Math.max(...checks.map(({ name }) => widthOf(name)));
  const indent = STATUS_CELLS + nameCells + 4;
  const lines = checks.flatMap((check) => {
    const head = `${style[EMPHASIS[check.status]](pad(check.status, STATUS_CELLS))}  ${pad(check.name, nameCells)}  `;
    const [first, ...more] =
      width === undefined ? [sentence(check)] : wrap(sentence(check), Math.max(20, width - indent));
    return [head + first, ...more.map((line) => ' '.repeat(indent) + line)];
  });
  return [...lines, '', verdict(checks)];
}
