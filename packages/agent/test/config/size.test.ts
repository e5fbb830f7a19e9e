import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { formatSize, parseSize } from '../../src/config/size.ts';

const VALID: readonly (readonly [string, number])[] = [
  ['0', 0],
  ['1073741824', 1_073_741_824],
  ['1GiB', 1_073_741_824],
  ['1Gi', 1_073_741_824],
  ['64MiB', 67_108_864],
  ['500MB', 500_000_000],
  ['1.5KiB', 1536],
  ['2 TiB', 2_199_023_255_552],
  ['12B', 12],
];

const INVALID = [
  '',
  'GiB',
  '1gib',
  '1G',
  '-1',
  '1e9',
  '1.5',
  '0.1KiB',
  '1  GiB',
  ' 1',
  '1GiB ',
  '0x10',
  '99999999TiB',
  '1\n',
];

t.test('sizes are bytes', (t) => {
  for (const [text, bytes] of VALID) t.equal(parseSize(text), bytes, text);
  t.end();
});

t.test('anything else is not a size', (t) => {
  for (const text of INVALID) t.equal(parseSize(text), undefined, JSON.stringify(text));
  t.end();
});

t.test('a formatted size reads back as itself', async (t) => {
  await holds(
    t,
    fc.property(fc.maxSafeNat(), (bytes) => parseSize(formatSize(bytes)) === bytes),
  );
  t.equal(formatSize(2 ** 30), '1GiB');
  t.equal(formatSize(1000), '1000B');
});
