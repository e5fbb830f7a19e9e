import { readFileSync } from 'node:fs';
import t from 'tap';
import { METRICS_DOC, metricsDocument } from '../scripts/metrics-doc.ts';
import { fileColumns, TABLES } from '../src/index.ts';

const document = metricsDocument();

t.equal(
  readFileSync(METRICS_DOC, 'utf8'),
  document,
  'docs/metrics.md is current: node --conditions=@fgm/source packages/catalog/scripts/metrics-doc.ts',
);

const listed = [...document.matchAll(/^- `([a-z0-9_]+)` \(/gm)].map(([, name]) => name!);
const columns = new Set(TABLES.flatMap((table) => fileColumns(table).map(({ name }) => name)));
t.strictSame(
  [...columns].filter((name) => !listed.includes(name)),
  [],
  'every column is in it',
);
t.strictSame(
  listed.filter((name) => !columns.has(name)),
  [],
  'and nothing else',
);

const mentioned = [
  ...document.slice(document.indexOf('## cgroup v1')).matchAll(/`((?:memory|cpu|cpuset|io)_[a-z0-9_]+)`/g),
];
t.strictSame(
  mentioned.map(([, name]) => name!).filter((name) => !columns.has(name) && !name.endsWith('_in_bytes')),
  [],
  'what it says of cgroup v1 names columns that exist',
);
