import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { joinRuns, overlap, segmentNames, type SourceRun, sourceRuns } from '../src/made-of.ts';

const run = (run_id: string, segments: [number, number][]): SourceRun => ({
  run_id,
  segments,
  window_start: '2026-11-21T05:00:00.000Z',
  window_end: '2026-11-21T06:00:00.000Z',
  recorder_version: null,
  kernel_release: null,
  node: null,
});

const range = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.nat(5))
  .map(([from, more]) => [from, from + more] as [number, number]);
const runs = fc.array(
  fc
    .tuple(fc.constantFrom('a', 'b-1'), fc.array(range, { minLength: 1, maxLength: 4 }))
    .map(([id, list]) => run(id, list)),
  { maxLength: 6 },
);

t.test('joined runs have the segments that there were, each once', async (t) => {
  await holds(
    t,
    fc.property(runs, (list) => {
      const joined = segmentNames(joinRuns(list));
      const wanted = new Set(segmentNames(list));
      return joined.length === wanted.size && joined.every((name) => wanted.has(name));
    }),
  );
});

t.test('overlap is a segment in both', async (t) => {
  await holds(
    t,
    fc.property(runs, runs, (a, b) => {
      const names = new Set(segmentNames(a));
      return overlap(a, b) === segmentNames(b).some((name) => names.has(name));
    }),
  );
});

for (const [what, metadata, found] of [
  ['a window', { 'fgm.run_id': 'run-a', 'fgm.segment': 'run-a-7' }, [{ run_id: 'run-a', segments: [[7, 7]] }]],
  ['nothing', {}, []],
  ['a segment of another run', { 'fgm.run_id': 'run-a', 'fgm.segment': 'run-b-7' }, []],
  ['a segment without a number', { 'fgm.run_id': 'run-a', 'fgm.segment': 'run-a-x' }, []],
  ['no JSON', { 'fgm.sources': '[{' }, []],
  ['no list', { 'fgm.sources': '{}' }, []],
  ['a list of something else', { 'fgm.sources': '[1, null, {"run_id": 3}, {"run_id": "a", "segments": [[1]]}]' }, []],
] as const) {
  t.test(`the footer says ${what}`, async (t) => {
    const runsFound = sourceRuns(new Map(Object.entries(metadata)));
    t.equal(runsFound.length, found.length);
    t.match(runsFound, found);
  });
}
