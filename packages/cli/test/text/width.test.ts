import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { cutEnd, cutMiddle, pad, printable, widthOf } from '../../src/text/width.ts';

t.test('cells of a text', (t) => {
  const cases: readonly (readonly [string, number])[] = [
    ['', 0],
    ['plain', 5],
    ['naïve', 5],
    ['nai\u0308ve', 5],
    ['日本', 4],
    ['한국', 4],
    ['ａ', 2],
    ['🚀', 2],
    ['👩‍🚀', 2],
    ['❤️', 2],
  ];
  for (const [text, cells] of cases) t.equal(widthOf(text), cells, JSON.stringify(text));
  t.end();
});

t.test('what would move the cursor is written out', (t) => {
  t.equal(printable('a\nb\tc\r'), 'a\\nb\\tc\\r');
  t.equal(printable('\x1b[2Jgone'), '\\u001b[2Jgone');
  t.equal(printable('\x9b31m'), '\\u009b31m');
  t.equal(printable('\u202etxt.exe'), '\\u202etxt.exe', 'text that runs backwards');
  t.equal(printable('a b–ü'), 'a b–ü');
  t.end();
});

t.test('long names lose their middle', (t) => {
  t.equal(cutMiddle('payments-api-7f9c8d6b5-x2k4q', 13), 'paymen…-x2k4q');
  t.equal(cutMiddle('short', 5), 'short');
  t.equal(cutMiddle('shorter', 1), '…');
  t.equal(cutMiddle('shorter', 0), '');
  t.equal(cutEnd('a long sentence', 7), 'a long…');
  t.equal(cutEnd('x', 0), '');
  t.end();
});

t.test('nothing is ever wider than it may be', async (t) => {
  const text = fc.string({ unit: 'grapheme' });
  const property = fc.property(text, fc.nat(20), (name, cells) => {
    const fits = widthOf(name) <= cells;
    for (const cut of [cutMiddle(name, cells), cutEnd(name, cells)]) {
      if (widthOf(cut) > cells || (fits && cut !== name)) return false;
    }
    return widthOf(pad(cutEnd(name, cells), cells)) === cells;
  });
  await holds(t, property);
});

t.test('padding', (t) => {
  t.equal(pad('日', 4), '日  ');
  t.equal(pad('7', 3, 'right'), '  7');
  t.equal(pad('long', 2), 'long');
  t.end();
});
