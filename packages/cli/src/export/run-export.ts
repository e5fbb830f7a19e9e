import { createReadStream, statSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Column } from '@fgm/catalog';
import type { Dataset } from '../dataset/dataset.ts';
import { untilWhole } from '../dataset/until-whole.ts';
import { CommandFailure } from '../failure.ts';
import { writerTo } from '../query/result.ts';
import { isoInstant } from '../text/instant.ts';
import { cutOf, describe } from './description.ts';
import type { Description } from './description.ts';
import type { Exported, ExportedFile } from './exported.ts';
import { exportPage } from './export-page.ts';
import { extractedRows, extractOf } from './limit.ts';
import { noRows, prepare } from './prepare.ts';
import type { Job } from './prepare.ts';
import { checkTimes } from './range.ts';
import type { ExportRequest } from './request.ts';
import { memoryPlan } from './memory.ts';
import { plansOf, STDOUT, targetOf } from './plan.ts';
import type { NewFile } from './target.ts';
import { intoFile, writeCsvTo, writeParquet } from './write-file.ts';

function sum(counts: readonly number[]): number {
  return counts.reduce((total, each) => total + each, 0);
}

/** Sends rows straight away: they are not held anywhere. */
async function sendCsv({ database, stdout, settled }: Job, sql: string): Promise<ExportedRows> {
  const send = writerTo(stdout);
  let bytes = 0;
  const rows = await writeCsvTo(database, sql, async (text) => {
    settled();
    bytes += Buffer.byteLength(text);
    await send(text);
  });
  return { rows, bytes };
}

interface ExportedRows {
  readonly rows: number;
  readonly bytes: number;
}

/** Parquet goes to standard output when it is complete: half of it is of no use to anybody. */
async function write(
  job: Job,
  sql: string,
  file: NewFile,
  description: Description,
  fields: readonly Column[],
): Promise<ExportedRows> {
  const { database, request, stdout, settled } = job;
  const toStdout = request.output === STDOUT;
  if (request.format === 'csv' && toStdout) return sendCsv(job, sql);
  const rows =
    request.format === 'csv'
      ? await intoFile(file.aside, (text) => writeCsvTo(database, sql, text))
      : await writeParquet(job, sql, file.aside, description, fields);
  if (toStdout) {
    settled();
    await pipeline(createReadStream(file.aside), stdout, { end: false });
  }
  return { rows, bytes: statSync(file.aside).size };
}

/** Files are described by what was counted before: that it is true is checked. */
function checkRows(name: string, rows: number, written: number): void {
  if (rows !== written) throw new CommandFailure(`${name}: wanted ${rows} rows, wrote ${written}: nothing is kept`);
}

async function attempt(job: Job, dataset: Dataset): Promise<Exported> {
  const { database, request } = job;
  const { layout, format, output } = request;
  const prepared = await prepare(job, dataset);
  if (format === 'html') return exportPage(job, dataset, prepared);
  const { choices, tables, span, containers, parts } = prepared;
  const target = targetOf(request, tables);
  try {
    const plans = plansOf(request, tables).map((plan) => ({
      ...plan,
      // Its description first: no file is without one.
      sidecar: format === 'csv' && output !== STDOUT ? target.add(`${plan.name}.json`) : null,
      file: output === STDOUT ? { path: STDOUT, aside: target.aside() } : target.add(plan.name),
    }));
    // From here on SQL has texts in it that somebody gave: it reads the recording and writes these files, whatever they say.
    await database.confineTo([...[...dataset.files.values()].flat(), ...plans.map(({ file }) => file.aside)]);
    const extract = await extractOf(database, parts, span, request.maxRows);
    if (extract.found === 0) throw noRows(request, prepared);
    const cut = cutOf(extract, request.maxRows);
    const files: ExportedFile[] = [];
    for (const { name, tables: within, file, sidecar } of plans) {
      const indexes = within.map((table) => tables.indexOf(table));
      const sql = indexes.map((index) => extractedRows(parts[index]!, index, span, extract)).join(' UNION ALL ');
      const expected = sum(indexes.map((index) => extract.rows[index]!));
      const fields = layout === 'wide' ? choices[indexes[0]!]!.table.fields : [];
      const description = describe(request, within, containers, span, expected, cut, new Date());
      const { rows, bytes } = await write(job, sql, file, description, fields);
      checkRows(name, expected, rows);
      if (sidecar !== null) writeFileSync(sidecar.aside, `${JSON.stringify(description, null, 2)}\n`);
      files.push({ path: file.path, tables: within, rows, bytes });
    }
    if (output !== STDOUT) target.publish();
    const totals = { rows: sum(files.map(({ rows }) => rows)), bytes: sum(files.map(({ bytes }) => bytes)) };
    return { layout, format, files, ...totals, from: isoInstant(span.from), to: isoInstant(span.to), cut };
  } finally {
    target.close();
  }
}

function isTooMuch(error: unknown): error is Error {
  return error instanceof CommandFailure && error.message.startsWith('Out of Memory Error');
}

function tooMuch(memory: number, cause: Error): CommandFailure {
  const most = Math.floor(memory / 2 ** 20);
  return new CommandFailure(
    `export: more memory is wanted than ${most} MiB: name fewer metrics, containers or rows, or allow more by --memory`,
    { cause },
  );
}

/**
 * Writes rows of recordings to files.
 *
 * @param stdout where rows go when they go to no file
 * @throws UsageError for what is asked wrongly, CommandFailure when there are no rows or they cannot be written
 */
export async function runExport(request: ExportRequest, stdout: NodeJS.WriteStream): Promise<Exported> {
  checkTimes(request);
  const plan = memoryPlan(request.memory);
  try {
    return await untilWhole({ ...request, ...plan }, async (database, dataset, settled) => {
      // Rows of a Parquet file have no order, but for those that a page reads; keeping that of their files would take memory for what comes too soon.
      const order = request.format !== 'parquet';
      await database.connection.run(`SET threads = ${plan.threads}; SET preserve_insertion_order = ${order}`);
      return attempt({ database, request, plan, stdout, settled }, dataset);
    });
  } catch (error) {
    // Of what DuckDB says the first line is for us; the others are about settings that nobody here can make.
    if (request.memory !== null && isTooMuch(error)) throw tooMuch(request.memory, error);
    if (!(error instanceof CommandFailure) || !error.message.includes('\n')) throw error;
    throw new CommandFailure(`export: ${error.message.split('\n', 1)[0]}`, { cause: error });
  }
}
