import type { Dataset } from '../dataset/dataset.ts';
import type { Database } from '../duckdb/database.ts';
import { identifier } from '../duckdb/sql-text.ts';
import { CommandFailure } from '../failure.ts';
import { isoInstant } from '../text/instant.ts';
import { chooseMetrics, chooseTables } from './choose-metrics.ts';
import type { Choice } from './choose-metrics.ts';
import type { MemoryPlan } from './memory.ts';
import { matchContainers } from './match-containers.ts';
import { pageChoices, pageMetrics } from './page-choices.ts';
import { partsOf } from './part.ts';
import type { Part, Span } from './part.ts';
import { extentOf, rangeOf } from './range.ts';
import type { ExportRequest } from './request.ts';
import { openTable } from './source-table.ts';

/** What one attempt works with. */
export interface Job {
  readonly database: Database;
  readonly request: ExportRequest;
  readonly plan: MemoryPlan;
  readonly stdout: NodeJS.WriteStream;
  /** Nothing can be begun anew when something was sent. */
  readonly settled: () => void;
}

/** What is to be exported, found in the recording. */
export interface Prepared {
  readonly choices: readonly Choice[];
  /** The metrics that were asked for, as `table.column`: a page has others as well. */
  readonly asked: readonly string[];
  readonly tables: readonly string[];
  /** Of the rows of these tables. */
  readonly extent: Span;
  readonly span: Span;
  /** Full ids; null for all. */
  readonly containers: readonly string[] | null;
  /** One for each table. */
  readonly parts: readonly Part[];
}

interface Chosen {
  readonly choices: readonly Choice[];
  readonly asked: readonly string[];
}

async function choicesOf(database: Database, dataset: Dataset, request: ExportRequest): Promise<Chosen> {
  const isPage = request.format === 'html';
  const asked = isPage ? { ...request, metrics: pageMetrics(request) } : request;
  const open = (name: string) => openTable(database, name, dataset.files.get(name)!);
  const tables = [];
  // Opening a table opens all of its files.
  for (const name of chooseTables([...dataset.files.keys()], asked)) tables.push(await open(name));
  const choices = chooseMetrics(tables, asked);
  const ids = choices.flatMap(({ table, metrics }) => metrics.map(({ name }) => `${table.name}.${name}`));
  if (!isPage) return { choices, asked: ids };
  const events = tables.find(({ name }) => name === 'events') ?? (await open('events'));
  return { choices: pageChoices(choices, events), asked: ids };
}

async function knownContainers(database: Database, tables: readonly string[]): Promise<string[]> {
  const ids = tables.map((table) => `SELECT DISTINCT container_id FROM ${identifier(table)}`);
  const rows = await database.rows<{ container_id: string }>(
    `SELECT DISTINCT container_id FROM (${ids.join(' UNION ALL ')}) WHERE container_id IS NOT NULL`,
  );
  return rows.map((row) => row.container_id);
}

/** @throws UsageError for what is asked wrongly, CommandFailure when nothing is recorded */
export async function prepare({ database, request }: Job, dataset: Dataset): Promise<Prepared> {
  const { choices, asked } = await choicesOf(database, dataset, request);
  const tables = choices.map(({ table }) => table.name);
  const extent = await extentOf(database, tables);
  const span = rangeOf(request, extent);
  const containers = request.containers && matchContainers(await knownContainers(database, tables), request.containers);
  return {
    choices,
    asked,
    tables,
    extent,
    span,
    containers,
    parts: partsOf(choices, request.layout, { ...request, containers }),
  };
}

/** Says where there are rows. */
export function noRows(request: ExportRequest, { tables, extent }: Prepared): CommandFailure {
  const filtered = request.containers !== null || request.namespace !== null || request.labels !== null;
  const which = filtered ? ' of what --containers, --namespace and --labels ask for' : '';
  return new CommandFailure(
    `no rows${which} in this range; ${tables.join(', ')} ${tables.length === 1 ? 'has' : 'have'} rows from ${isoInstant(extent.from)} to ${isoInstant(extent.to - 1)}`,
  );
}
