import { createReadStream, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { KEYS, type Manifest, pageFile } from '@fgm/viewer/offline';
import type { Dataset } from '../dataset/dataset.ts';
import { identifier } from '../duckdb/sql-text.ts';
import { CommandFailure } from '../failure.ts';
import { isoInstant } from '../text/instant.ts';
import { cutOf, describe } from './description.ts';
import type { Cut } from './description.ts';
import type { Exported } from './exported.ts';
import { extractedRows, extractOf } from './limit.ts';
import type { Extract } from './limit.ts';
import { manifestOf } from './page-manifest.ts';
import type { PageTable } from './page-manifest.ts';
import { plansOf, STDOUT, targetOf } from './plan.ts';
import { noRows } from './prepare.ts';
import type { Job, Prepared } from './prepare.ts';
import { writeParquet } from './write-file.ts';

/** Base64 has four characters for three bytes. */
const LONGER = 4 / 3;
/** A guess at how many rows fit must not be too good: the next one is made of what this one came to. */
const SPARE = 0.9;
/** Bytes that are turned into Base64 at once: a multiple of three. */
const CHUNK = 3 * 256 * 1024;

/** Rows as a page reads them: what is alike stands together, in the order of time. */
function inOrder(table: string, sql: string): string {
  const keys = [
    'node',
    'container_id',
    ...((KEYS as Readonly<Record<string, readonly string[]>>)[table] ?? []),
    'time',
  ];
  return `SELECT * FROM (${sql}) ORDER BY ${keys.map(identifier).join(', ')}`;
}

/** Writes the tables of a page, and leaves out those without rows. */
async function writeTables(
  job: Job,
  { choices, tables, parts, containers, span }: Prepared,
  extract: Extract,
  paths: readonly string[],
  cut: Cut | null,
): Promise<PageTable[]> {
  const written: PageTable[] = [];
  for (const [index, name] of tables.entries()) {
    const rows = extract.rows[index]!;
    if (rows === 0) continue;
    const path = paths[index]!;
    const description = describe(job.request, [name], containers, span, rows, cut, new Date());
    const sql = inOrder(name, extractedRows(parts[index]!, index, span, extract));
    const found = await writeParquet(job, sql, path, description, choices[index]!.table.fields);
    if (found !== rows) throw new CommandFailure(`${name}: wanted ${rows} rows, wrote ${found}: nothing is kept`);
    written.push({ name, path, rows });
  }
  return written;
}

/** Writes as many rows as fit. */
async function writeWithin(
  job: Job,
  prepared: Prepared,
  paths: readonly string[],
): Promise<{ readonly written: PageTable[]; readonly cut: Cut | null }> {
  const { database, request } = job;
  const { maxBytes } = request;
  let most = request.maxRows;
  for (;;) {
    const extract = await extractOf(database, prepared.parts, prepared.span, most);
    // Events come last, and those of the recorder alone are no page.
    const nothing = extract.rows.slice(0, -1).every((rows) => rows === 0);
    if (nothing && extract.cut === null) throw noRows(request, prepared);
    if (nothing) throw new CommandFailure('within --max-rows and --max-bytes a page has no row to show; allow more');
    const rows = cutOf(extract, most);
    const cut = rows !== null && most < request.maxRows ? { ...rows, max_bytes: maxBytes } : rows;
    const written = await writeTables(job, prepared, extract, paths, cut);
    const bytes = written.reduce((sum, { path }) => sum + statSync(path).size, 0) * LONGER;
    if (bytes <= maxBytes) return { written, cut };
    const kept = written.reduce((sum, table) => sum + table.rows, 0);
    most = Math.floor(kept * Math.min(SPARE, (maxBytes / bytes) * SPARE));
    if (most < 1) throw new CommandFailure(`--max-bytes ${maxBytes}: not one row fits; allow more`);
  }
}

/** Puts a page together. */
async function writePage(path: string, manifest: Manifest, written: readonly PageTable[]): Promise<void> {
  const page = pageFile(manifest);
  const file = await open(path, 'w');
  try {
    await file.write(page.head);
    for (const table of written) {
      const [before, after] = page.table(table.name);
      const bytes = await readFile(table.path);
      await file.write(before);
      for (let at = 0; at < bytes.length; at += CHUNK) await file.write(bytes.toString('base64', at, at + CHUNK));
      await file.write(after);
    }
    await file.write(page.tail);
  } finally {
    await file.close();
  }
}

/** Writes what was asked for as a page that needs nothing else. */
export async function exportPage(job: Job, dataset: Dataset, prepared: Prepared): Promise<Exported> {
  const { database, request, stdout, settled } = job;
  const { tables, span } = prepared;
  const target = targetOf(request, tables);
  try {
    const [plan] = plansOf(request, tables);
    const file = request.output === STDOUT ? { path: STDOUT, aside: target.aside() } : target.add(plan!.name);
    const paths = tables.map(() => target.aside());
    await database.confineTo([...[...dataset.files.values()].flat(), ...paths]);
    const { written, cut } = await writeWithin(job, prepared, paths);
    const manifest = await manifestOf(database, dataset, request, prepared, written, cut);
    await writePage(file.aside, manifest, written);
    const bytes = statSync(file.aside).size;
    if (request.output === STDOUT) {
      settled();
      await pipeline(createReadStream(file.aside), stdout, { end: false });
    } else target.publish();
    const rows = written.reduce((sum, table) => sum + table.rows, 0);
    return {
      layout: 'wide',
      format: 'html',
      files: [{ path: file.path, tables: written.map(({ name }) => name), rows, bytes }],
      rows,
      bytes,
      from: isoInstant(span.from),
      to: isoInstant(span.to),
      cut,
    };
  } finally {
    target.close();
  }
}
