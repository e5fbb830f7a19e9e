/** Data directories for tests: recorded nodes of test-fixtures/, replayed, and files read by a library that is not ours. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { replayFixture } from '@fgm/agent/replay';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Test } from 'tap';
import type { ExportRequest } from '../../src/export/request.ts';
import { runExport } from '../../src/export/run-export.ts';
import type { Exported } from '../../src/export/exported.ts';
import { run } from '../../src/run.ts';

const NODES = new URL('../../../../test-fixtures/nodes/', import.meta.url);

export type Row = Readonly<Record<string, unknown>>;

/** Replays a recorded node into a directory below the test's own. */
export async function replayed(t: Test, node: 'v1' | 'v2' | 'hybrid' | 'churn', name = 'data'): Promise<string> {
  const outputDir = join(t.testdirName, name);
  const fixture = fileURLToPath(new URL(node, NODES));
  await replayFixture(fixture, { outputDir, rotationMs: 90_000, speed: null, compressionLevel: 3 });
  return outputDir;
}

/** All rows of a file. */
export async function rowsIn(path: string): Promise<Row[]> {
  return parquetReadObjects({ file: await asyncBufferFromFile(path), compressors });
}

/** All rows of a table, in the order of their files. */
export async function recordedRows(directory: string, table: string): Promise<Row[]> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.split('/').at(-1)!.startsWith(`${table}-`))
    .toSorted();
  return (await Promise.all(files.map(async (file) => rowsIn(join(directory, file))))).flat();
}

/** Rows as a set of texts: an export has no order. */
export function sorted(rows: readonly Row[]): string[] {
  const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
  return rows.map((row) => JSON.stringify(row, text)).toSorted();
}

const EVERYTHING: Omit<ExportRequest, 'directories' | 'output'> = {
  openWindows: true,
  layout: 'wide',
  format: 'parquet',
  from: null,
  to: null,
  tables: null,
  metrics: null,
  containers: null,
  namespace: null,
  labels: null,
  maxRows: 10_000_000,
  maxBytes: 64_000_000,
  view: null,
  memory: null,
  force: false,
  version: 'test',
};

/** Exports everything, but for what is asked for otherwise. */
export function exported(
  directories: readonly string[],
  output: string,
  asked: Partial<ExportRequest> = {},
): Promise<Exported> {
  return runExport({ ...EVERYTHING, directories, output, ...asked }, process.stdout);
}

/** Runs a command line in this process, which is a good deal faster than in one of its own. */
export async function asked(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const streams = [new PassThrough(), new PassThrough()] as const;
  const [stdout, stderr] = streams.map((stream) => Object.assign(stream, { isTTY: false, columns: 80 }));
  const code = await run(args, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    env: {},
  });
  const text = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString() ?? '';
  return { code, stdout: text(streams[0]), stderr: text(streams[1]) };
}
