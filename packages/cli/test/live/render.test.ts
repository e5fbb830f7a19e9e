import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import type { LiveRow } from '@fgm/agent';
import { countScopes, flow, liveName, renderLive } from '../../src/live/render.ts';
import { ANSI, PLAIN } from '../../src/text/style.ts';
import { widthOf } from '../../src/text/width.ts';
import { liveProcess, row, snapshot, view } from './snapshot.ts';

t.test('a whole screen', (t) => {
  const rows = [
    row({
      name: 'api',
      namespace: 'shop',
      pod: 'api-7f9c8d6b5-x2k4q',
      cpuMillicores: 1234,
      cpuPercent: 61.7,
      throttledPercent: 3.21,
    }),
    row({
      entity: 2,
      name: 'host',
      scope: 'host',
      cpuMillicores: 1500,
      cpuPercent: null,
      memoryPercent: null,
      throttledPercent: null,
      processes: 1234,
    }),
    row({
      entity: 3,
      name: 'idle',
      cpuMillicores: null,
      memoryBytes: null,
      pssBytes: null,
      pssLowerBytes: null,
      processes: null,
    }),
  ];
  t.same(renderLive(view({ snapshot: snapshot(rows) }), 110, 10, PLAIN), [
    'fgm: recording 2 containers, the host every 1s                                                    05:00:07 UTC',
    'NAME                                         CPU  OF LIMIT  THROTTLED    MEMORY  OF LIMIT       PSS  PROCESSES',
    'host                                        150%         –          –   256 MiB         –   200 MiB      1,234',
    'shop/api-7f9c8d6b5-x2k4q/api                123%     61.7%       3.2%   256 MiB     50.0%   200 MiB          3',
    'idle                                           –     12.3%       0.0%         –     50.0%         –          –',
    '',
    '',
    '',
    'fgm itself 1.4% of a core · 98 MiB · 1 of 120 ticks missed · 0.40 ms late · 12 MiB of 1.0 GiB · /data',
    'http://127.0.0.1:9464/healthz · q quits',
  ]);
  t.end();
});

t.test('lines that the table leaves free show the busiest processes', (t) => {
  const processes = [
    liveProcess(),
    liveProcess({ pid: 12, comm: 'evil\n\u001b[2Jname', pssBytes: null, pssLowerBytes: null }),
    liveProcess({ pid: 13, comm: null, cpuMillicores: null }),
    liveProcess({ pid: 14, comm: 'fourth' }),
  ];
  const shown = view({ snapshot: snapshot([row()], processes) });
  t.same(renderLive(shown, 100, 10, PLAIN).slice(3, 6), [
    '',
    'BUSIEST PROCESSES                                       CPU    MEMORY       PSS    THREADS       PID',
    'worker                                                25.0%    64 MiB    60 MiB          4      4711',
  ]);
  t.match(renderLive(shown, 100, 12, PLAIN)[6], /^evil[^\n\u001b]*name .*25\.0% .* – +4 +12$/);
  t.match(renderLive(shown, 100, 12, PLAIN)[7], /^process 13 +– /);
  t.notMatch(renderLive(shown, 100, 8, PLAIN).join('\n'), 'BUSIEST', 'not when there is room for two only');
  t.end();
});

t.test('before the first tick, and while it stops', (t) => {
  const lines = renderLive(view({ snapshot: null, url: null }), 60, 6, PLAIN);
  t.same(lines, ['fgm: starting …', '', '', '', '', '/data · q quits']);
  t.equal(renderLive(view({ stopping: true }), 60, 6, PLAIN)[0], 'fgm: stopping, finishing the files …');
  t.end();
});

t.test('rows are sorted by CPU, then memory, then name; unknown last', (t) => {
  const rows = [
    row({ name: 'unknown', cpuMillicores: null }),
    row({ name: 'b', cpuMillicores: 1, memoryBytes: 5 }),
    row({ name: 'a', cpuMillicores: 1, memoryBytes: 5 }),
    row({ name: 'large', cpuMillicores: 1, memoryBytes: 9 }),
    row({ name: 'busy', cpuMillicores: 900 }),
  ];
  const lines = renderLive(view({ snapshot: snapshot(rows) }), 100, 20, PLAIN).slice(2, 7);
  t.same(
    lines.map((line) => line.split(' ')[0]),
    ['busy', 'large', 'a', 'b', 'unknown'],
  );
  t.end();
});

t.test('says how many rows are not shown', (t) => {
  const rows = Array.from({ length: 1500 }, (_, entity) => row({ entity, name: `c${entity}` }));
  const lines = renderLive(view({ snapshot: snapshot(rows) }), 100, 12, PLAIN);
  t.equal(lines.length, 12);
  t.ok(lines.includes('… 1,493 more'), lines.join('\n'));
  t.equal(lines.filter((line) => /^c\d/.test(line)).length, 7);
  t.end();
});

t.test('columns leave a narrow screen, the least telling ones first', (t) => {
  const headings = (width: number): string[] =>
    renderLive(view(), width, 10, PLAIN)[1]!
      .trim()
      .split(/\s{2,}/);
  t.same(headings(120), ['NAME', 'CPU', 'OF LIMIT', 'THROTTLED', 'MEMORY', 'OF LIMIT', 'PSS', 'PROCESSES']);
  t.same(headings(80), ['NAME', 'CPU', 'OF LIMIT', 'THROTTLED', 'MEMORY', 'OF LIMIT', 'PSS']);
  t.same(headings(75), ['NAME', 'CPU', 'OF LIMIT', 'THROTTLED', 'MEMORY', 'PSS']);
  t.same(headings(50), ['NAME', 'CPU', 'MEMORY', 'PSS']);
  t.same(headings(20), ['NAME']);
  t.end();
});

t.test('what is near its limit, and what is throttled, stands out', (t) => {
  const styled = (part: Partial<LiveRow>): string =>
    renderLive(view({ snapshot: snapshot([row(part)]) }), 120, 10, ANSI)[2]!;
  t.notOk(styled({}).includes('\x1b'));
  t.match(styled({ memoryPercent: 80 }), '\x1b[33m   80.0%\x1b[0m');
  t.match(styled({ memoryPercent: 96 }), '\x1b[31m   96.0%\x1b[0m');
  t.match(styled({ throttledPercent: 0.2 }), '\x1b[33m     0.2%\x1b[0m');
  t.end();
});

t.test('a warning is shown above what the recorder costs', (t) => {
  const lines = renderLive(view({ notice: 'error: disk full\x1b[2J' }), 100, 12, PLAIN);
  t.ok(lines.includes('error: disk full\\u001b[2J'));
  t.end();
});

t.test('a server on all addresses is shown where it can be reached from here', (t) => {
  for (const url of ['http://[::]:9464', 'http://0.0.0.0:9464']) {
    t.match(renderLive(view({ url }), 200, 8, PLAIN).at(-1), 'http://localhost:9464/healthz');
  }
  t.end();
});

t.test('names', (t) => {
  t.equal(liveName(row({ namespace: 'a', pod: 'b', name: 'c' })), 'a/b/c');
  t.equal(liveName(row({ name: 'nginx.service', scope: 'service' })), 'nginx.service');
  t.equal(liveName(row({ name: 'x', scope: 'sandbox', pod: 'p' })), 'p/x (sandbox)');
  t.equal(liveName(row({ name: 'evil\x1b]0;' })), 'evil\\u001b]0;');
  t.end();
});

t.test('counts of what is recorded', (t) => {
  const rows = ['container', 'container', 'sandbox', 'sandbox', 'service', 'host'].map((scope) => row({ scope }));
  t.equal(countScopes(rows), '2 containers, 2 sandboxes, 1 service, the host');
  t.equal(countScopes([]), 'nothing found yet');
  t.end();
});

t.test('parts flow into as few lines as fit', (t) => {
  t.same(flow(['aa', 'bb', 'cc'], 7), ['aa · bb', 'cc']);
  t.same(flow(['a very long part', 'b'], 6), ['a v…rt', 'b']);
  t.end();
});

t.test('no line is wider than the screen, and there are never more lines than it has', async (t) => {
  const name = fc.string({ unit: 'grapheme', maxLength: 40 });
  const value = fc.option(fc.double({ min: 0, max: 1e7, noNaN: true }));
  const rows = fc.array(
    fc
      .record({ name, cpuMillicores: value, cpuPercent: value, memoryPercent: value, throttledPercent: value })
      .map(row),
    { maxLength: 12 },
  );
  const property = fc.property(
    rows,
    fc.integer({ min: 1, max: 150 }),
    fc.integer({ min: 1, max: 30 }),
    (some, width, height) => {
      const lines = renderLive(view({ snapshot: snapshot(some), notice: 'warn: x' }), width, height, PLAIN);
      return lines.length <= height && lines.every((line) => widthOf(line) <= width);
    },
  );
  await holds(t, property);
});
