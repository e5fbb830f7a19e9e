import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import type { Identity, Qos, Scope } from '@fgm/catalog';
import type * as arrow from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import type { ClosedFile } from './closed-files.ts';
import { readFooter } from './footer.ts';
import type { IndexFile } from './index-file.ts';

/** The columns that tell who there was, and when. */
const COLUMNS = [
  'time',
  'container_id',
  'namespace',
  'pod',
  'pod_uid',
  'container',
  'qos',
  'runtime',
  'scope',
  'cgroup',
];

/**
 * Reads out of the closed files what index.json should hold: for when it is missing or broken. Gives way after every file.
 * @param failed told of files that cannot be read; they are passed over
 */
export function* rebuildIndex(
  index: IndexFile,
  files: readonly ClosedFile[],
  failed: (file: ClosedFile, cause: Error) => void,
): Generator<void> {
  for (const file of files) {
    if (file.table === 'containers') {
      try {
        addFile(index, file.path);
      } catch (cause) {
        if (fs.existsSync(file.path)) failed(file, cause instanceof Error ? cause : new Error(String(cause)));
      }
    }
    yield;
  }
}

function addFile(index: IndexFile, file: string): void {
  // Loaded here and now, because it is hardly ever needed and all of apache-arrow takes 20 MB.
  const { tableFromIPC } = createRequire(import.meta.url)('apache-arrow') as typeof arrow;
  const table = tableFromIPC(readParquet(fs.readFileSync(file), { columns: COLUMNS }).intoIPCStream());
  const text = (name: string, row: number): string | null => (table.getChild(name)?.get(row) as string | null) ?? null;
  const time = (row: number): number => Number(table.getChild('time')?.get(row) as bigint | number);
  const ids = table.getChild('container_id');
  let start = 0;
  for (let row = 1; row <= table.numRows; row++) {
    if (row < table.numRows && ids?.get(row) === ids?.get(start)) continue;
    const identity = identityAt(text, start);
    if (identity !== null) index.seen(identity, time(start), time(row - 1));
    start = row;
  }
  const end = Date.parse(readFooter(file).metadata.get('fgm.window_end') ?? '');
  if (!Number.isNaN(end)) index.closed(end);
}

function identityAt(text: (name: string, row: number) => string | null, row: number): Identity | null {
  const containerId = text('container_id', row);
  if (containerId === null) return null;
  return {
    containerId,
    scope: (text('scope', row) ?? 'container') as Scope,
    cgroup: text('cgroup', row) ?? '',
    runtime: text('runtime', row),
    qos: text('qos', row) as Qos | null,
    podUid: text('pod_uid', row),
    pod: text('pod', row),
    namespace: text('namespace', row),
    container: text('container', row),
  };
}
