import type { DuckDBValue } from '@duckdb/node-api';
import type { SqlTask } from '@fgm/viewer';
import { CommandFailure } from '../failure.ts';
import { cellJson } from '../query/cell.ts';
import type { QueryResult, Write } from '../query/result.ts';
import { csvLine } from '../query/write-csv.ts';

export interface Written {
  readonly rows: number;
  /** Why there are not all rows; null where there are. */
  readonly cut: string | null;
}

/** The three parts of an answer: around its rows, and between them. */
interface Form {
  readonly head: (columns: readonly string[]) => string;
  readonly row: (values: readonly DuckDBValue[], isFirst: boolean) => string;
  readonly end: (written: Written) => string;
}

const FORMS: Readonly<Record<SqlTask['format'], Form>> = {
  json: {
    head: (columns) => `{"columns":${JSON.stringify(columns)},"rows":[`,
    row: (values, isFirst) => `${isFirst ? '' : ','}\n[${values.map(cellJson).join(',')}]`,
    end: ({ rows, cut }) => `],"row_count":${rows},"cut":${JSON.stringify(cut)}}\n`,
  },
  csv: { head: csvLine, row: csvLine, end: () => '' },
};

/**
 * Writes as many rows of a result as are wanted, whole ones only.
 * @throws CommandFailure when the first one is longer than the answer may be
 */
export async function writeLimited(
  { columns, batches }: QueryResult,
  { format, rows: most, bytes: mostBytes }: Pick<SqlTask, 'format' | 'rows' | 'bytes'>,
  write: Write,
): Promise<Written> {
  const form = FORMS[format];
  const head = form.head(columns);
  let bytes = Buffer.byteLength(head);
  let rows = 0;
  let cut: string | null = null;
  await write(head);
  reading: for await (const batch of batches) {
    let text = '';
    for (const values of batch) {
      const row = form.row(values, rows === 0);
      bytes += Buffer.byteLength(row);
      if (rows === most) cut = `there are more than these ${rows} rows`;
      else if (bytes > mostBytes)
        cut = `there are more rows than these ${rows}: an answer has ${mostBytes} bytes at most`;
      if (rows === 0 && bytes > mostBytes)
        throw new CommandFailure(`the first row is longer than ${mostBytes} bytes: ask for less of it`);
      if (cut !== null) {
        await write(text);
        break reading;
      }
      text += row;
      rows++;
    }
    await write(text);
  }
  await write(form.end({ rows, cut }));
  return { rows, cut };
}
