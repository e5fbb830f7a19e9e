import t from 'tap';
import { replacedBy } from '../src/superseded.ts';

for (const [what, text, found] of [
  ['a list', '[{"name":"a","bytes":1,"footer":2}]', [{ name: 'a', bytes: 1, footer: 2 }]],
  ['nothing', undefined, []],
  ['no JSON', '[', []],
  ['no list', '{"name":"a"}', []],
  ['entries that are none', '[null, 3, {"name":1,"bytes":1,"footer":1}, {"name":"a"}]', []],
] as const) {
  t.test(`fgm.replaces is ${what}`, async (t) => {
    const metadata = new Map(text === undefined ? [] : [['fgm.replaces', text] as const]);
    t.same(replacedBy({ metadata }), found);
  });
}
