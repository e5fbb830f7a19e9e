import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { fail, ok, warn } from '../../src/doctor/check.ts';
import { reportLines, verdict, wrap } from '../../src/doctor/report.ts';
import { PLAIN } from '../../src/text/style.ts';
import { widthOf } from '../../src/text/width.ts';

const CHECKS = [ok('kernel', '6.12'), warn('pressure', 'PSI is off', 'no pressure columns', 'boot with psi=1')];

t.test('one line a check', (t) => {
  t.same(reportLines(CHECKS, undefined, PLAIN), [
    'ok    kernel    6.12',
    'warn  pressure  PSI is off. Cost: no pressure columns. Remedy: boot with psi=1',
    '',
    'A recorder works here, with 1 restriction.',
  ]);
  t.end();
});

t.test('a terminal gets its lines continued below the text', (t) => {
  t.same(reportLines(CHECKS, 50, PLAIN).slice(1, 4), [
    'warn  pressure  PSI is off. Cost: no pressure',
    '                columns. Remedy: boot with psi=1',
    '',
  ]);
  t.end();
});

t.test('the verdict', (t) => {
  t.equal(verdict([ok('a', 'b')]), 'A recorder works here, with nothing missing.');
  t.equal(verdict([...CHECKS, fail('x', 'y', 'z', 'w')]), 'A recorder cannot work here: 1 check failed.');
  t.end();
});

t.test('wrapping loses no word and keeps to the width', async (t) => {
  const words = fc.array(
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }).map((word) => word.replaceAll(' ', '_')),
    { minLength: 1 },
  );
  const property = fc.property(words, fc.integer({ min: 12, max: 60 }), (list, width) => {
    const lines = wrap(list.join(' '), width);
    return lines.join(' ') === list.join(' ') && lines.every((line) => widthOf(line) <= width);
  });
  await holds(t, property);
});
