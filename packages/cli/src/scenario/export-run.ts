import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardOf, scenario, type ScenarioName } from '@fgm/scenarios';
import { openDataset } from '../dataset/dataset.ts';
import type { Exported } from '../export/exported.ts';
import { runExport } from '../export/run-export.ts';
import { CommandFailure, errorCode, UsageError } from '../failure.ts';
import { readVersion } from '../version.ts';
import { stateOf, type RunRecord } from './run-record.ts';

const MOST_ROWS = 100_000_000;
/** Of a page. */
const MOST_BYTES = 256 * 2 ** 20;
/** What a page can show. */
const PAGE_TABLES = ['containers', 'processes', 'mappings', 'events'];

/** Beside the tables. */
const DASHBOARD = 'dashboard.json';
const RUN = 'run.json';

/** Names of tables of which something is recorded. */
async function tablesIn(directory: string): Promise<string[]> {
  const dataset = await openDataset([directory], true);
  try {
    return [...dataset.files].flatMap(([table, files]) => (files.length > 0 ? [table] : []));
  } finally {
    dataset.close();
  }
}

function write(directory: string, name: string, content: object, force: boolean): void {
  const path = join(directory, name);
  try {
    writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw cause;
    throw new UsageError(`--output: ${path} is there already; --force replaces it`, { cause });
  }
}

/** The address that a page opens with: the time of a run, and the charts of its scenarios. @param ended null: now */
export function viewOf(scenarios: readonly ScenarioName[], began: string, ended: string | null): string {
  const to = ended === null ? Date.now() : Date.parse(ended);
  const query = new URLSearchParams({ from: String(Date.parse(began)), to: String(to) });
  for (const metric of new Set(scenarios.flatMap((name) => Object.keys(scenario(name).panels))))
    query.append('panel', metric.includes('.') ? metric : `containers.${metric}`);
  return `?${query.toString()}`;
}

/**
 * Writes what a run has recorded, and nothing of before or after it: a page with its charts, one Parquet file in the long layout where the name
 * ends in `.parquet`, else a directory with a file for each table, the run's dashboard, and what is known of the run.
 *
 * @throws UsageError for files that are there already, CommandFailure where nothing was recorded
 */
export async function exportRun(
  record: RunRecord,
  output: string,
  force: boolean,
  page: boolean,
  stdout: NodeJS.WriteStream,
): Promise<Exported> {
  const { run, data_directory: data, began, ended } = record;
  const tables = await tablesIn(data).catch((cause: unknown) => {
    if (!(cause instanceof CommandFailure)) throw cause;
    throw new CommandFailure(`the run ${run}: ${cause.message}`, { cause });
  });
  const dashboard = dashboardOf(record.scenarios, { name: `Run ${run}` });
  const oneFile = page || /\.parquet$/i.test(output);
  const single = !oneFile && tables.length === 1;
  if (single) mkdirSync(output, { recursive: true });
  const exported = await runExport(
    {
      directories: [data],
      openWindows: true,
      layout: oneFile && !page ? 'long' : 'wide',
      format: page ? 'html' : 'parquet',
      from: began,
      to: ended,
      tables: page ? tables.filter((table) => PAGE_TABLES.includes(table)) : oneFile ? null : tables,
      metrics: null,
      containers: null,
      namespace: null,
      labels: null,
      maxRows: MOST_ROWS,
      maxBytes: MOST_BYTES,
      view: page ? viewOf(record.scenarios, began, ended) : null,
      memory: null,
      output: single ? join(output, `${tables[0]}.parquet`) : output,
      force,
      version: readVersion(),
    },
    stdout,
  );
  if (!oneFile) {
    write(output, DASHBOARD, dashboard, force);
    write(output, RUN, { ...record, outcome: record.outcome ?? stateOf(record) }, force);
  }
  return exported;
}
