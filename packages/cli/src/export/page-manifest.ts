import { ENTRY_COLUMNS, readFooter } from '@fgm/store';
import type { EmbeddedContainer, Manifest, Origin } from '@fgm/viewer/offline';
import type { Dataset } from '../dataset/dataset.ts';
import type { Database } from '../duckdb/database.ts';
import { identifier, literal, literals } from '../duckdb/sql-text.ts';
import { formatCount } from '../text/quantity.ts';
import type { Cut } from './description.ts';
import type { Prepared } from './prepare.ts';
import { cutText } from './report.ts';
import type { ExportRequest } from './request.ts';

/** Charts that a page opens with: each is drawn, however many are chosen by a pattern. */
const MOST_PANELS = 20;

interface Seen extends Record<string, string | bigint | null> {
  readonly node: string;
  readonly container_id: string;
  readonly labels: string | null;
  readonly first: bigint;
  readonly last: bigint;
}

function iso(usec: bigint): string {
  return new Date(Number(usec) / 1000).toISOString();
}

/** Labels of a row are a JSON object of texts; what is none counts as nothing. */
function labelsOf(text: string | null): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** Who the rows are about, as the last row of each says it. @param files Parquet files that were made for the page */
async function containersIn(database: Database, files: readonly string[]): Promise<EmbeddedContainer[]> {
  const names = [...new Set([...Object.values(ENTRY_COLUMNS), 'labels'])];
  const last = names.map((name) => `arg_max(${identifier(name)}, time) AS ${identifier(name)}`);
  const rows = await database.rows<Seen>(
    `SELECT node, container_id, ${last.join(', ')}, epoch_us(min(time)) AS first, epoch_us(max(time)) AS last
      FROM read_parquet(${literals(files)}, union_by_name = true) WHERE container_id IS NOT NULL GROUP BY node, container_id ORDER BY node, container_id`,
  );
  return rows.map((row) => {
    const entries = Object.entries(ENTRY_COLUMNS).map(([key, column]) => [key, row[column] ?? null]);
    return {
      ...(Object.fromEntries(entries) as Record<keyof typeof ENTRY_COLUMNS, string | null>),
      node: row.node,
      full_id: row.container_id,
      labels: labelsOf(row.labels),
      first_seen: iso(row.first),
      last_seen: iso(row.last),
    };
  });
}

function originIn(path: string): Origin {
  const { metadata } = readFooter(path);
  const text = (key: string): string | null => metadata.get(`fgm.${key}`) ?? null;
  const node = text('node') ?? '';
  return {
    node,
    cluster: text('cluster'),
    identifier: text('identifier') ?? node,
    intervalMs: Number(text('interval_ms') ?? 1000),
    recorderVersion: text('recorder_version'),
    kernelRelease: text('kernel_release'),
  };
}

/** What recorders said of themselves in their newest files, directory by directory. @param nodes those that have rows */
function originsOf({ sources }: Dataset, nodes: ReadonlySet<string>): Origin[] {
  const found = new Map<string, Origin>();
  for (const paths of sources) {
    for (const path of paths.toReversed()) {
      const origin = originIn(path);
      if (!nodes.has(origin.node)) continue;
      if (!found.has(origin.node)) found.set(origin.node, origin);
      break;
    }
  }
  // A node that was called otherwise later, in the same directory.
  for (const node of nodes) {
    const like = found.get(node) ?? [...found.values()][0];
    if (!found.has(node)) found.set(node, { ...like!, node });
  }
  return [...found.values()];
}

/** Which charts the page opens with: those of the metrics that were asked for, and when. */
function viewOf(metrics: readonly string[], earliest: number, latest: number): string {
  const query = new URLSearchParams({ from: String(Math.floor(earliest)), to: String(Math.ceil(latest)) });
  for (const metric of metrics.slice(0, MOST_PANELS)) query.append('panel', metric);
  return `?${query.toString()}`;
}

function notesOf(metrics: readonly string[], cut: Cut | null, view: string | null): string[] {
  const notes = [];
  if (cut !== null) notes.push(`This file is ${cutText(cut)}: what came later is not in it.`);
  // A view says itself which charts it has.
  if (view === null && metrics.length > MOST_PANELS)
    notes.push(`${MOST_PANELS} of ${formatCount(metrics.length)} metrics are shown; + chart has the others.`);
  return notes;
}

/** A table as it was written for a page. */
export interface PageTable {
  readonly name: string;
  readonly path: string;
  readonly rows: number;
}

/**
 * What a page says of itself.
 * @param written its tables, as Parquet files
 */
export async function manifestOf(
  database: Database,
  dataset: Dataset,
  request: ExportRequest,
  { choices, asked }: Prepared,
  written: readonly PageTable[],
  cut: Cut | null,
): Promise<Manifest> {
  const files = written.map(({ path }) => path);
  const containers = await containersIn(database, files);
  const [range] = await database.rows<{ first: bigint; last: bigint }>(
    `SELECT epoch_us(min(time)) AS first, epoch_us(max(time)) AS last FROM read_parquet(${literals(files)}, union_by_name = true)`,
  );
  const nodes = await database.rows<{ node: string }>(
    `SELECT DISTINCT node FROM read_parquet(${literals(files)}, union_by_name = true) WHERE node IS NOT NULL ORDER BY node`,
  );
  const [earliest, latest] = [Number(range!.first) / 1000, Math.floor(Number(range!.last) / 1000) + 1];
  const tables = await Promise.all(
    written.map(async ({ name, path }) => {
      const described = await database.rows<{ column_name: string }>(
        `DESCRIBE SELECT * FROM read_parquet(${literal(path)})`,
      );
      const has = new Set(described.map(({ column_name: column }) => column));
      const { fields } = choices.find(({ table }) => table.name === name)!.table;
      return [name, fields.filter((field) => has.has(field.name))] as const;
    }),
  );
  return {
    version: request.version,
    exported_at: new Date().toISOString(),
    view: request.view ?? viewOf(asked, earliest, latest),
    notes: notesOf(asked, cut, request.view),
    nodes: originsOf(dataset, new Set(nodes.map(({ node }) => node))),
    earliest: Math.floor(earliest),
    latest,
    containers,
    tables: Object.fromEntries(tables),
  };
}
