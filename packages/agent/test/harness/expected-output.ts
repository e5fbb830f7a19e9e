import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { replayFixture } from '@fgm/agent/replay';

/** Recorded nodes, one directory each, with what a replay of them gives in `expected`. */
export const NODES = new URL('../../../../test-fixtures/nodes/', import.meta.url);

type Row = Readonly<Record<string, unknown>>;

/** How a replay is told to write: as `fgm replay` does by itself, but into one window. */
const OPTIONS = { speed: null, rotationMs: 24 * 3_600_000, compressionLevel: 3 } as const;

/** Names of the recorded nodes. */
export function nodeNames(): string[] {
  return readdirSync(NODES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

/**
 * Replays a fixture into an empty directory, and says what came out as texts by the names of files: `files.txt` with checksum,
 * size and name of every Parquet file, for each table what is in its columns, and `missed.txt` where this version looks at what
 * the recording has not.
 */
export async function expectedOutput(fixture: string, directory: string): Promise<ReadonlyMap<string, string>> {
  const { rows, missed } = await replayFixture(fixture, { ...OPTIONS, outputDir: directory });
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.parquet'),
  );
  const texts = new Map([['files.txt', lines(files.toSorted().map((name) => describeFile(directory, name)))]]);
  if (missed.count > 0) texts.set('missed.txt', lines([`${missed.count} looks`, ...missed.paths.toSorted()]));
  for (const table of Object.keys(rows).toSorted()) {
    const own = files.filter((name) => name.split('/').at(-1)!.startsWith(`${table}-`)).toSorted();
    texts.set(`${table}.txt`, describeTable(await readAll(own.map((name) => join(directory, name)))));
  }
  return texts;
}

function describeFile(directory: string, name: string): string {
  const bytes = readFileSync(join(directory, name));
  return `${createHash('sha256').update(bytes).digest('hex')} ${String(bytes.length).padStart(9)} ${name}`;
}

async function readAll(files: readonly string[]): Promise<Row[]> {
  const parts = await Promise.all(
    files.map(async (file) => parquetReadObjects({ file: await asyncBufferFromFile(file), compressors })),
  );
  return parts.flat();
}

const HEADING = ['column', 'non-null', 'min', 'max', 'sum or distinct'];

/** A line for each column that is anywhere not null, and the names of those that are not. */
function describeTable(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const described = columns.map((column) => describeColumn(column, rows));
  const used = described.filter(([, count]) => count !== '0');
  const unused = described.filter(([, count]) => count === '0').map(([name]) => name);
  return lines([`${rows.length} rows`, ...aligned([HEADING, ...used]), `always null: ${unused.join(' ') || 'none'}`]);
}

function describeColumn(column: string, rows: readonly Row[]): string[] {
  const values = rows.map((row) => row[column]).filter((value) => value !== null && value !== undefined);
  const numbers = values.map(numberOf);
  if (values.length > 0 && numbers.every((number) => number !== null)) {
    const [min, max] = [least(numbers), least(numbers.map((number) => -number))];
    return [column, String(values.length), String(min), String(-max), String(sum(numbers))];
  }
  const texts = [...new Set(values.map(textOf))].toSorted();
  return [column, String(values.length), short(texts[0]), short(texts.at(-1)), `${texts.length} distinct`];
}

/** Times are compared in milliseconds; whole numbers beyond what a number holds are told by their text. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : null;
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string'
    ? value
    : JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}` : part));
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY);
}

/** In the order of the rows, so that it is the same everywhere. */
function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function short(text = ''): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}
