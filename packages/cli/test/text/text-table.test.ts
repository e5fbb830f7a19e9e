import t from 'tap';
import { textTable } from '../../src/text/text-table.ts';

t.test('columns are as wide as their widest text', (t) => {
  const columns = [{ heading: 'NAME' }, { heading: 'N', align: 'right' }, { heading: '' }] as const;
  t.same(
    textTable(columns, [
      ['日本', '1', 'x'],
      ['b', '1000', ''],
    ]),
    ['NAME     N', '日本     1  x', 'b     1000'],
  );
  t.same(textTable(columns, []), ['NAME  N']);
  t.end();
});
