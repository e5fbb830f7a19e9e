import { fieldMetadata, readFooter, sourceRuns } from '@fgm/store';
import type { SourceRun } from '@fgm/store';
import type { Database } from '../duckdb/database.ts';
import { identifier, literal } from '../duckdb/sql-text.ts';
import { cellText } from '../query/cell.ts';
import { CommandFailure, messageOf } from '../failure.ts';
import type { DuckDBValue } from '@duckdb/node-api';

export interface ColumnSummary {
  readonly name: string;
  readonly type: string;
  readonly kind: string | null;
  readonly unit: string | null;
  readonly nulls: number;
  /** As text: exact, and in the type of the column. Null when there are only nulls. */
  readonly min: string | null;
  readonly max: string | null;
  /** On disk, after compression. */
  readonly bytes: number;
}

/** What is in a Parquet file. */
export interface FileSummary {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly rowGroups: number;
  readonly compression: readonly string[];
  /** Values of metrics (columns that are no labels) that are not null. */
  readonly values: number;
  readonly bytesPerValue: number | null;
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** What a consolidated file was made of; nothing for a single window. */
  readonly madeOf: readonly SourceRun[];
  readonly columns: readonly ColumnSummary[];
}

const SOURCES = 'fgm.sources';
const SAID_OTHERWISE = new Set(['ARROW:schema', SOURCES, 'fgm.replaces']);

interface Chunk {
  readonly name: string;
  readonly bytes: number;
  readonly compressions: readonly string[];
  readonly groups: number;
}

async function chunksOf(database: Database, path: string): Promise<Chunk[]> {
  const rows = await database.rows<{ name: string; bytes: bigint; codecs: string; groups: bigint }>(
    `SELECT path_in_schema AS name, sum(total_compressed_size)::BIGINT AS bytes, count(DISTINCT row_group_id) AS groups,
        string_agg(DISTINCT compression, ',') AS codecs
      FROM parquet_metadata(${literal(path)}) GROUP BY path_in_schema`,
  );
  return rows.map(({ name, bytes, codecs, groups }) => ({
    name,
    bytes: Number(bytes),
    compressions: codecs.split(','),
    groups: Number(groups),
  }));
}

interface Extremes {
  readonly nulls: number;
  readonly min: string | null;
  readonly max: string | null;
}

/** Reads every column: statistics of row groups would do for most, but not for texts, which they cut. */
async function extremesOf(database: Database, path: string, names: readonly string[]): Promise<Map<string, Extremes>> {
  const found = new Map<string, Extremes>();
  const parts = names.map((name, index) => {
    const column = identifier(name);
    return `count(*) - count(${column}) AS nulls_${index}, min(${column}) AS min_${index}, max(${column}) AS max_${index}`;
  });
  const [row] = await database.rows<Record<string, DuckDBValue>>(
    `SELECT ${parts.join(', ')} FROM read_parquet(${literal(path)})`,
  );
  const text = (value: DuckDBValue): string | null => (value === null ? null : cellText(value));
  for (const [index, name] of names.entries()) {
    const [nulls, min, max] = [row![`nulls_${index}`], row![`min_${index}`]!, row![`max_${index}`]!];
    found.set(name, { nulls: Number(nulls), min: text(min), max: text(max) });
  }
  return found;
}

async function columnsOf(database: Database, path: string): Promise<{ name: string; type: string }[]> {
  const rows = await database.rows<{ column_name: string; column_type: string }>(
    `DESCRIBE SELECT * FROM read_parquet(${literal(path)}, hive_partitioning = false)`,
  );
  return rows.map(({ column_name, column_type }) => ({ name: column_name, type: column_type }));
}

/**
 * Reads a Parquet file through.
 *
 * @param bytes of the file
 * @throws CommandFailure when it is not a Parquet file, or is broken
 */
export async function summariseFile(database: Database, path: string, bytes: number): Promise<FileSummary> {
  try {
    const footer = readFooter(path);
    const [fields, columns, chunks] = [
      await fieldMetadata(footer),
      await columnsOf(database, path),
      await chunksOf(database, path),
    ];
    const extremes = await extremesOf(
      database,
      path,
      columns.map(({ name }) => name),
    );
    const summaries = columns.map(({ name, type }): ColumnSummary => {
      const metadata = fields.get(name);
      const chunk = chunks.find((each) => each.name === name);
      return {
        name,
        type,
        kind: metadata?.get('kind') ?? null,
        unit: metadata?.get('unit') ?? null,
        ...extremes.get(name)!,
        bytes: chunk?.bytes ?? 0,
      };
    });
    const values = summaries.reduce((sum, { kind, nulls }) => sum + (kind === 'label' ? 0 : footer.rows - nulls), 0);
    const time = summaries.find(({ name }) => name === 'time');
    return {
      path,
      bytes,
      rows: footer.rows,
      rowGroups: Math.max(0, ...chunks.map(({ groups }) => groups)),
      compression: [...new Set(chunks.flatMap(({ compressions }) => compressions))],
      values,
      bytesPerValue: values === 0 ? null : bytes / values,
      earliest: time?.min ?? null,
      latest: time?.max ?? null,
      metadata: Object.fromEntries([...footer.metadata].filter(([key]) => !SAID_OTHERWISE.has(key))),
      madeOf: footer.metadata.has(SOURCES) ? sourceRuns(footer.metadata) : [],
      columns: summaries,
    };
  } catch (cause) {
    throw new CommandFailure(`${path}: cannot be read as Parquet: ${messageOf(cause).split('\n')[0]}`, { cause });
  }
}
