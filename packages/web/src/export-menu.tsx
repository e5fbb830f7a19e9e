import { useSignal } from '@preact/signals';
import { ApiError, questionOf, problemOf } from './api.ts';
import { addressWithDashboard } from './load-dashboard.ts';
import { offline } from './offline.ts';
import { pictureOf, save, savePicture } from './save.ts';
import { shown } from './store.ts';
import { request } from './token.ts';
import { chosen, panels } from './view-state.ts';

/** The view as a file: what is shown, of what is chosen. */
export function ExportMenu() {
  const state = useSignal<string | null>(null);
  const make = (format: string, table?: string): void => {
    state.value = 'Working…';
    download(format, table).then(
      (note) => (state.value = note),
      (error: unknown) => (state.value = error instanceof ApiError ? error.message : 'The viewer does not answer.'),
    );
  };
  const tables = [...new Set(panels.value.map(({ metric }) => metric.split('.')[0]!))];
  return (
    <details class="export">
      <summary>Export</summary>
      <div role="group" aria-label="Export what is shown">
        {offline === null && (
          <button onClick={() => make('html')}>
            Page <small>HTML with its data, needs no network</small>
          </button>
        )}
        {offline === null &&
          tables.flatMap((table) => [
            <button key={`${table}.parquet`} onClick={() => make('parquet', table)}>
              Parquet <small>{`rows of ${table}`}</small>
            </button>,
            <button key={`${table}.csv`} onClick={() => make('csv', table)}>
              CSV <small>{`rows of ${table}`}</small>
            </button>,
          ])}
        {offline?.tables.map((table) => (
          <button key={table} onClick={() => save(`${table}.parquet`, new Blob([offline!.bytesOf(table)]))}>
            Parquet <small>{`all rows of ${table} in this file`}</small>
          </button>
        ))}
        <button onClick={saveCharts}>
          PNG <small>all charts, as they are drawn</small>
        </button>
        {state.value !== null && <p role="status">{state.value}</p>}
      </div>
    </details>
  );
}

function saveCharts(): void {
  const plots = [...document.querySelectorAll('.panel')].map((panel) => ({
    title: panel.querySelector('.metric')?.textContent ?? '',
    plot: panel,
  }));
  savePicture('charts', pictureOf(plots));
}

/** Rows are made on the way: of a whole page's metrics, or of those of one table. @returns what the reader should know; null for nothing */
async function download(format: string, table: string | undefined): Promise<string | null> {
  const { from, to } = shown.peek();
  const ids = panels.peek().map(({ metric }) => metric);
  const metrics = table === undefined ? ids : ids.filter((id) => id.startsWith(`${table}.`));
  const question = questionOf('export', {
    format,
    from: Math.floor(from),
    to: Math.ceil(to),
    metrics: [...new Set(metrics)].join(','),
    containers: chosen.peek().length === 0 ? undefined : chosen.peek().join(','),
    view: format === 'html' ? addressWithDashboard() : undefined,
  });
  const response = await request(question);
  if (!response.ok) throw problemOf(await response.text());
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? `export.${format}`;
  save(name, await response.blob());
  const cut = response.headers.get('x-fgm-cut');
  return cut === null ? null : `${name} is ${cut}`;
}
