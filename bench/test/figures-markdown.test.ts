import { readFileSync } from 'node:fs';
import t from 'tap';
import { BENCHMARKS, PARSERS } from '../harness/benchmarks.ts';
import { against, measured, type Figure } from '../harness/figure.ts';
import { blocksOf, withFigures, type Result } from '../harness/figures-markdown.ts';
import { describeMachine } from '../harness/machine.ts';

const PAGE = readFileSync(new URL('../../docs/benchmarks.md', import.meta.url), 'utf8');
const CLOSING = '<!-- end of figures -->';

function results(figures: Readonly<Record<string, readonly Figure[]>>): Map<string, Result> {
  const about = { at: '2026-11-21T10:00:00.000Z', effort: 'full', machine: describeMachine() } as const;
  return new Map(Object.entries(figures).map(([name, list]) => [name, { ...about, figures: list }]));
}

t.test('figures of a benchmark', async (t) => {
  const time = measured('1 h, rows', 'ms', [10, 30, 20], { note: 'of a|b', reference: against('DuckDB', [20], [10]) });
  const found = results({ query: [time, { name: 'files', value: '7', note: 'small_ones' }] });
  const page = `before\n<!-- figures query -->\nold\n${CLOSING}\nafter\n`;
  const written = withFigures(page, found);
  t.match(written, /^before\n<!-- figures query -->\n\n2026-11-21: .*Node\.js v/);
  t.ok(written.includes('| 1 h, rows | 20 ms | 10 … 30 | 3 | 2.00 × DuckDB |'), written);
  t.ok(written.includes('| files | 7 |  |  | small\\_ones |'));
  t.ok(written.endsWith(`\n\n${CLOSING}\nafter\n`));
  t.notMatch(written, /old|a\\\|b/);
  t.equal(withFigures(written, found), written, 'the same once more');
  t.match(withFigures(page.replace('query', 'query notes'), found), /\n- 1 h, rows: of a\\\|b\n/);
});

t.test('what was not measured stays', async (t) => {
  for (const name of ['query', 'parsers', 'aims']) {
    const page = `<!-- figures ${name} -->\nold\n${CLOSING}`;
    t.equal(withFigures(page, new Map()), page, name);
  }
});

t.test('parsers: a line for each sample', async (t) => {
  const figures = ['v6.1, ', 'v5.10, '].flatMap((name) => [
    measured(`${name}time`, 'ns/line', [5], { reference: against('split()', [5], [50]) }),
    measured(`${name}throughput`, 'MB/s', [800], { reference: against('the same in C', [800], [1000]) }),
    measured(`${name}allocated`, 'bytes/call', [0]),
  ]);
  const written = withFigures(`<!-- figures parsers -->\n${CLOSING}`, results({ 'memory-stat': figures }));
  const row = '5 ns/line | 0.10 × split() | 800 MB/s | 0.80 × as fast | 0 |';
  for (const sample of ['v6.1', 'v5.10']) t.ok(written.includes(`| memory-stat: ${sample} | ${row}`), written);
});

t.test('aims: reached or not', async (t) => {
  const figures = [
    measured('dear', 'ms', [3], { reference: against('C', [3], [2], 1.25) }),
    measured('cheap', 'ms', [2], { reference: against('C', [2], [2], 1.25) }),
    measured('slow', 'MB/s', [2], { reference: against('C', [2], [4], 1), higherIsBetter: true }),
    measured('of no aim', 'ms', [2], { reference: against('C', [2], [2]) }),
  ];
  const written = withFigures(`<!-- figures aims -->\n${CLOSING}`, results({ rss: figures }));
  t.match(written, '| rss | dear | 3 ms | 1.50 × C | at most 1.25 × | **missed** |');
  t.match(written, '| rss | cheap | 2 ms | 1.00 × C | at most 1.25 × | reached |');
  t.match(written, '| rss | slow | 2 MB/s | 0.50 × C | at least 1.00 × | **missed** |');
  t.notMatch(written, /of no aim/);
});

t.test('pages that ask for what there is not', async (t) => {
  t.throws(() => withFigures(`<!-- figures qurey -->\n${CLOSING}`, new Map()), { message: 'no benchmark qurey' });
  t.throws(() => withFigures('<!-- figures query -->\n', new Map()), { message: 'a block of figures is not closed' });
  t.throws(() => withFigures(`<!-- figures query notse -->\n${CLOSING}`, new Map()), { message: /not closed/ });
});

t.test('the page has all benchmarks', async (t) => {
  const shown = blocksOf(PAGE);
  const wanted = [...Object.keys(BENCHMARKS).filter((name) => !(name in PARSERS)), 'parsers', 'aims'];
  t.strictSame(shown.toSorted(), wanted.toSorted());
});
