import * as fs from 'node:fs';
import { type Identity, LABELS, type Qos, type Scope } from '@fgm/catalog';
import type { ClosedFile } from './closed-files.ts';
import { PageReader } from './read/page-reader.ts';
import { SourceFile } from './read/source-file.ts';
import type { IndexFile } from './index-file.ts';

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

function addFile(index: IndexFile, path: string): void {
  const source = SourceFile.open(path);
  try {
    const reader = new PageReader();
    for (const { first, rows } of source.groups) addRows(index, source, reader, first, rows);
    const end = Date.parse(source.metadata.get('fgm.window_end') ?? '');
    if (!Number.isNaN(end)) index.closed(end);
  } finally {
    source.close();
  }
}

/** Rows are sorted by container, so an entity's stand together. */
function addRows(index: IndexFile, source: SourceFile, reader: PageReader, first: number, rows: number): void {
  const texts = new Map(LABELS.map(({ name }) => [name, textsOf(source, reader, name, first, rows)]));
  const text = (name: string, row: number): string | null => {
    const { codes, dictionary } = texts.get(name)!;
    return dictionary[codes[row]!] ?? null;
  };
  const times = timesOf(source, reader, first, rows);
  const ids = texts.get('container_id')!.codes;
  let start = 0;
  for (let row = 1; row <= rows; row++) {
    if (row < rows && ids[row] === ids[start]) continue;
    const identity = identityAt(text, start);
    const some = times.subarray(start, row);
    // The times of one entity's processes, say, start anew with each of them.
    const [from, to] = [some.reduce((a, b) => Math.min(a, b)), some.reduce((a, b) => Math.max(a, b))];
    if (identity !== null) index.seen(identity, from, to);
    start = row;
  }
}

interface Texts {
  /** Per row a place in the dictionary, -1 for none. */
  readonly codes: Int32Array;
  readonly dictionary: readonly string[];
}

function textsOf(source: SourceFile, reader: PageReader, name: string, first: number, rows: number): Texts {
  const codes = new Int32Array(rows).fill(-1);
  const dictionary: string[] = [];
  const column = source.indexOf(name);
  if (column < 0) return { codes, dictionary };
  reader.texts(source, column, first, first + rows, (page) => {
    const base = dictionary.length;
    dictionary.push(...page.dictionary.map((text) => Buffer.from(text).toString()));
    for (let row = 0; row < page.rows; row++) {
      if (page.codes[row]! >= 0) codes[page.first - first + row] = base + page.codes[row]!;
    }
  });
  return { codes, dictionary };
}

/** Milliseconds since the Unix epoch. */
function timesOf(source: SourceFile, reader: PageReader, first: number, rows: number): Float64Array {
  const times = new Float64Array(rows);
  const column = source.indexOf('time');
  if (column < 0) return times;
  reader.numbers(source, column, first, first + rows, (page) => {
    for (let row = 0; row < page.rows; row++) {
      const usec = page.words[row * 2 + 1]! * 4294967296 + (page.words[row * 2]! >>> 0);
      times[page.first - first + row] = Math.floor(usec / 1000);
    }
  });
  return times;
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
    image: text('image', row),
    restartCount: null,
    labels: pairsOf(text('labels', row)),
    annotations: pairsOf(text('annotations', row)),
  };
}

function pairsOf(json: string | null): Identity['labels'] {
  return json === null ? null : (JSON.parse(json) as Record<string, string>);
}
