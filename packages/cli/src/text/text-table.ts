import { pad, widthOf } from './width.ts';

export interface TextColumn {
  readonly heading: string;
  readonly align?: 'left' | 'right';
}

/** Lines of a small table: a heading and the rows, every column as wide as its widest text. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map(({ heading }) => heading), ...rows];
  const cells = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index]!))));
  return lines.map((line) =>
    line
      .map((text, index) => pad(text, cells[index]!, columns[index]!.align))
      .join('  ')
      .trimEnd(),
  );
}
