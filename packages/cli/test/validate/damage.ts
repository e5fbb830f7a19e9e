import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readFooter } from '@fgm/store';
import type { Rule, Severity } from '../../src/validate/finding.ts';
import { fileOf, rewrite } from '../recorded.ts';

/** Does something to a data directory. */
export type Damage = (directory: string) => unknown;

/** A way to break a rule, and what is said of it. */
export interface Case {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly what: string;
  readonly message: RegExp;
  readonly damage: Damage;
}

/** Rewrites the file of a table with a query over `source`. */
function rows(table: string, sql: string, metadata: Record<string, string | undefined> = {}): Damage {
  return (directory) => rewrite(fileOf(directory, table), sql, metadata);
}

export function replacing(table: string, expression: string): Damage {
  return rows(table, `SELECT * REPLACE (${expression}) FROM source ORDER BY file_row_number`);
}

function metadata(changes: Record<string, string | undefined>): Damage {
  return rows('containers', 'SELECT * FROM source ORDER BY file_row_number', changes);
}

type Index = Record<string, Record<string, object>>;

function editIndex(edit: (index: Index) => void): Damage {
  return (directory) => {
    const path = join(directory, 'index.json');
    const index = JSON.parse(readFileSync(path, 'utf8')) as Index;
    edit(index);
    writeFileSync(path, JSON.stringify(index));
  };
}

/** One metadata word of the Arrow schema replaced by another of the same length. */
function schemaWith(path: string, word: string, other: string): string {
  const bytes = Buffer.from(readFooter(path).metadata.get('ARROW:schema')!, 'base64').toString('latin1');
  return Buffer.from(bytes.replace(word, other), 'latin1').toString('base64');
}

export const CASES: readonly Case[] = [
  {
    rule: 'file-name',
    severity: 'error',
    what: 'a name that is none',
    message: /no name of a table and a start/,
    damage: (directory) =>
      renameSync(fileOf(directory, 'events'), join(dirname(fileOf(directory, 'events')), 'events-new.parquet')),
  },
  {
    rule: 'file-name',
    severity: 'error',
    what: 'the wrong day',
    message: /in dt=2001-01-01; the stamp in its name wants dt=20/,
    damage: (directory) => renameSync(dirname(dirname(fileOf(directory, 'events'))), join(directory, 'dt=2001-01-01')),
  },
  {
    rule: 'unexpected-file',
    severity: 'warning',
    what: 'somebody’s notes',
    message: /not a file of a recording/,
    damage: (directory) => writeFileSync(join(directory, 'notes.txt'), ''),
  },
  {
    rule: 'footer',
    severity: 'error',
    what: 'a file that was cut',
    message: /cannot be read/,
    damage: (directory) => truncateSync(fileOf(directory, 'processes'), 5000),
  },
  {
    rule: 'footer',
    severity: 'error',
    what: 'an empty file with a final name',
    message: /cannot be read/,
    damage: (directory) => truncateSync(fileOf(directory, 'processes'), 0),
  },
  {
    rule: 'footer',
    severity: 'error',
    what: 'pages that are broken',
    message: /rows cannot be read/,
    damage: (directory) => {
      const path = fileOf(directory, 'processes');
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.fill(0xff, 4, 3000));
    },
  },
  {
    rule: 'footer',
    severity: 'error',
    what: 'no rows',
    message: /has no rows/,
    damage: rows('events', 'SELECT * FROM source WHERE false'),
  },
  {
    rule: 'footer-metadata',
    severity: 'error',
    what: 'another version',
    message: /schema version 7; wanted 1/,
    damage: metadata({ 'fgm.schema_version': '7' }),
  },
  {
    rule: 'footer-metadata',
    severity: 'error',
    what: 'another table',
    message: /says table events, its name says containers/,
    damage: metadata({ 'fgm.table': 'events' }),
  },
  {
    rule: 'footer-metadata',
    severity: 'error',
    what: 'no run',
    message: /has no fgm.run_id/,
    damage: metadata({ 'fgm.run_id': undefined }),
  },
  {
    rule: 'footer-metadata',
    severity: 'error',
    what: 'no interval',
    message: /the interval 0/,
    damage: metadata({ 'fgm.interval_ms': '0' }),
  },
  {
    rule: 'footer-metadata',
    severity: 'error',
    what: 'a window of no times',
    message: /ends are not times in order/,
    damage: metadata({ 'fgm.window_end': 'soon' }),
  },
  {
    rule: 'footer-metadata',
    severity: 'error',
    what: 'a window of another day',
    message: /its name says/,
    damage: metadata({ 'fgm.window_start': '2001-01-01T00:00:00.000Z' }),
  },
  {
    rule: 'columns',
    severity: 'error',
    what: 'a column less',
    message: /has no column memory_current_bytes/,
    damage: rows('containers', 'SELECT * EXCLUDE (memory_current_bytes) FROM source'),
  },
  {
    rule: 'columns',
    severity: 'error',
    what: 'a column of another type',
    message: /memory_current_bytes is VARCHAR; wanted BIGINT/,
    damage: replacing('containers', 'memory_current_bytes::VARCHAR AS memory_current_bytes'),
  },
  {
    rule: 'columns',
    severity: 'error',
    what: 'a text that nobody knows',
    message: /column note is not in the catalog/,
    damage: rows('containers', "SELECT *, 'x' AS note FROM source"),
  },
  {
    rule: 'columns',
    severity: 'error',
    what: 'columns in another order',
    message: /column 1 is tick; wanted time/,
    damage: rows('containers', 'SELECT tick, * EXCLUDE (tick) FROM source ORDER BY file_row_number'),
  },
  {
    rule: 'column-metadata',
    severity: 'error',
    what: 'no metadata',
    message: /has no metadata/,
    damage: metadata({ 'ARROW:schema': undefined }),
  },
  {
    rule: 'column-metadata',
    severity: 'error',
    what: 'another kind',
    message: /has kind "countex"; wanted "counter"/,
    damage: (directory) =>
      metadata({ 'ARROW:schema': schemaWith(fileOf(directory, 'containers'), 'counter', 'countex') })(directory),
  },
  {
    rule: 'row-key',
    severity: 'error',
    what: 'a row without a tick',
    message: /1 row without time, tick or entity/,
    damage: replacing('processes', 'CASE WHEN file_row_number <> 3 THEN tick END AS tick'),
  },
  {
    rule: 'order',
    severity: 'error',
    what: 'rows the other way round',
    message: /out of order/,
    damage: rows('processes', 'SELECT * FROM source ORDER BY file_row_number DESC'),
  },
  {
    rule: 'duplicate',
    severity: 'error',
    what: 'a row twice',
    message: /1 times more than one row/,
    damage: rows(
      'processes',
      'SELECT s.* FROM source s JOIN range(2) r(i) ON i = 0 OR file_row_number = 5 ORDER BY file_row_number',
    ),
  },
  {
    rule: 'duplicate',
    severity: 'error',
    what: 'ticks in two files',
    message: /is not after the last one of/,
    damage: (directory) => {
      const path = fileOf(directory, 'containers');
      const stamp = /\d{8}T\d{6}Z/.exec(path)![0];
      const next = `${new Date(Date.parse(readFooter(path).metadata.get('fgm.window_start')!) + 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
      cpSync(path, path.replace(stamp, next));
    },
  },
  {
    rule: 'window',
    severity: 'error',
    what: 'rows of an hour later',
    message: /outside of the footer's window/,
    damage: replacing('containers', "time + INTERVAL '1 hour' AS time, tick + 36000 AS tick"),
  },
  {
    rule: 'tick',
    severity: 'error',
    what: 'ticks that are not of their time',
    message: /whose tick is not that of their time/,
    damage: replacing('containers', 'tick + 5000 AS tick'),
  },
  {
    rule: 'value',
    severity: 'error',
    what: 'a negative amount',
    message: /memory_current_bytes/,
    damage: replacing('containers', '-1::BIGINT AS memory_current_bytes'),
  },
  {
    rule: 'value',
    severity: 'error',
    what: 'no number',
    message: /cpu_usage_millicores/,
    damage: replacing('containers', "'nan'::DOUBLE AS cpu_usage_millicores"),
  },
  {
    rule: 'value',
    severity: 'error',
    what: 'infinity',
    message: /cpu_millicores/,
    damage: replacing('processes', "'infinity'::DOUBLE AS cpu_millicores"),
  },
  {
    rule: 'counter',
    severity: 'error',
    what: 'a counter that falls',
    message: /counters fall in \d+ rows: stat_minflt$/,
    damage: replacing('processes', '1000000 - tick % 1000 AS stat_minflt'),
  },
  {
    rule: 'counter',
    severity: 'error',
    what: 'one counter of a container that falls',
    message: /counters fall in \d+ rows: pids_events_max$/,
    damage: replacing('containers', '1000000 - tick % 1000 AS pids_events_max'),
  },
  {
    rule: 'labels',
    severity: 'error',
    what: 'a pod that changes its name',
    message: /\d entities whose labels change, such as pod/,
    damage: replacing('containers', "'pod-' || (tick % 2) AS pod"),
  },
  {
    rule: 'labels',
    severity: 'error',
    what: 'a name that comes and goes',
    message: /such as namespace/,
    damage: replacing('containers', "CASE WHEN tick % 2 = 0 THEN 'ns' END AS namespace"),
  },
  {
    rule: 'gap',
    severity: 'info',
    what: 'a tick less',
    message: /1 entities miss 1 tick in all/,
    damage: rows('containers', 'SELECT * FROM source WHERE file_row_number <> 3 ORDER BY file_row_number'),
  },
  {
    rule: 'index',
    severity: 'warning',
    what: 'no index',
    message: /is missing/,
    damage: (directory) => rmSync(join(directory, 'index.json')),
  },
  {
    rule: 'index',
    severity: 'error',
    what: 'an index that is no JSON',
    message: /cannot be read/,
    damage: (directory) => writeFileSync(join(directory, 'index.json'), '{'),
  },
  {
    rule: 'index',
    severity: 'error',
    what: 'an index of another version',
    message: /schema_version is 2; wanted 1/,
    damage: editIndex((index) => Object.assign(index, { schema_version: 2 })),
  },
  {
    rule: 'index',
    severity: 'error',
    what: 'an index without a container',
    message: /containers has no 000100010001, which the files have/,
    damage: editIndex((index) => Object.assign(index, { containers: {} })),
  },
  {
    rule: 'index',
    severity: 'error',
    what: 'an index with another name',
    message: /container_name is "other"/,
    damage: editIndex((index) => Object.assign(index['containers']!['000100010001']!, { container_name: 'other' })),
  },
  {
    rule: 'index',
    severity: 'error',
    what: 'an index that begins too late',
    message: /data_range.earliest/,
    damage: editIndex((index) => Object.assign(index['data_range']!, { earliest: '2999-01-01T00:00:00.000Z' })),
  },
  {
    rule: 'index',
    severity: 'error',
    what: 'an index that ends too early',
    message: /data_range.latest/,
    damage: editIndex((index) => Object.assign(index['data_range']!, { latest: null })),
  },
  {
    rule: 'session',
    severity: 'warning',
    what: 'no session',
    message: /the settings of this run are not known/,
    damage: (directory) =>
      rmSync(join(directory, `session-${readFooter(fileOf(directory, 'events')).metadata.get('fgm.run_id')}.json`)),
  },
  {
    rule: 'spool',
    severity: 'warning',
    what: 'a window that was put aside',
    message: /was left aside/,
    damage: (directory) => mkdirSync(join(directory, 'spool', 'broken-x-1'), { recursive: true }),
  },
];
