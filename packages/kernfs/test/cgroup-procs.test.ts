import { MALFORMED, OK } from '@fgm/catalog';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { bytesPerCall, HOSTILE_BYTES } from '@fgm/testkit';
import { PidList } from '../src/cgroup-procs.ts';
import { edges } from './suite/edges.ts';
import { hostileText } from './suite/hostile-text.ts';
import { mutated } from './suite/mutations.ts';
import { latin1 } from './suite/outcome.ts';

function parse(list: PidList, text: string): { status: number; pids: number[] } {
  const bytes = latin1(text);
  const status = list.parse(bytes, bytes.length);
  return { status, pids: [...list.values.subarray(0, list.length)] };
}

void t.test('lists', (t) => {
  const list = new PidList();
  for (const [text, pids] of [
    ['', []],
    ['1\n', [1]],
    ['1\n5188\n', [1, 5188]],
    ['7\n7\n0\n', [7, 7, 0]],
    ['4194304\n', [4194304]],
  ] as const) {
    t.strictSame(parse(list, text), { status: OK, pids: [...pids] }, JSON.stringify(text));
  }
  for (const text of ['1', '1\n2', '-1\n', '1 2\n', 'x\n', '\n', '99999999999\n', '9007199254740993\n']) {
    const { status, pids } = parse(list, text);
    t.ok(status >= MALFORMED && pids.length === 0, `${JSON.stringify(text)} is refused as a whole`);
  }
  t.end();
});

/** By splitting; null when a line is no pid. */
function slow(text: string): number[] | null {
  const words = text.split('\n');
  const good = words.pop() === '' && words.every((word) => /^[0-9]+$/.test(word) && Number(word) <= 0x7fffffff);
  return good ? words.map(Number) : null;
}

edges({
  family: 'cgroup-procs',
  parse: (text) => {
    const { status, pids } = parse(new PidList(), text);
    return status === OK ? pids : null;
  },
  twin: slow,
  sample: '1\n5188\n4194304\n',
});

void t.test('agrees with split', async (t) => {
  const list = new PidList();
  const text = fc
    .array(fc.nat({ max: 4194304 }), { maxLength: 300 })
    .map((pids) => pids.map((pid) => `${pid}\n`).join(''));
  await holds(
    t,
    fc.property(fc.oneof(mutated(text), hostileText('single-value')), (lines) => {
      const wanted = slow(lines);
      const { status, pids } = parse(list, lines);
      return wanted !== null
        ? status === OK && pids.join() === wanted.join()
        : status >= MALFORMED && pids.length === 0;
    }),
  );
  t.pass('on whole and on damaged lists');
});

void t.test('hostile bytes and allocation', (t) => {
  const list = new PidList();
  for (const { name, bytes } of HOSTILE_BYTES) {
    const status = list.parse(bytes, bytes.length);
    t.ok(status === OK || status - MALFORMED <= bytes.length, name);
  }
  const bytes = latin1(Array.from({ length: 500 }, (_, index) => `${index * 7919}\n`).join(''));
  let allocated = Infinity;
  for (let attempt = 0; attempt < 8 && allocated >= 1; attempt++) {
    allocated = bytesPerCall(2_000, () => list.parse(bytes, bytes.length));
  }
  t.ok(allocated < 1, `a parse of 500 ids allocates ${allocated.toFixed(2)} bytes`);
  t.end();
});
