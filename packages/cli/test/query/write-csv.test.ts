import t from 'tap';
import { writeCsv } from '../../src/query/write-csv.ts';
import { written } from './output.ts';

t.test('RFC 4180', async (t) => {
  const sql = `SELECT * FROM (VALUES (1, 'plain', NULL), (2, 'a,b "c"', ''), (3, E'two\\nlines', ' x ')) AS v(n, "the, name", s) ORDER BY n`;
  t.equal(await written(t, sql, writeCsv), 'n,"the, name",s\n1,plain,\n2,"a,b ""c""",""\n3,"two\nlines"," x "\n');
  t.equal(await written(t, 'SELECT 1 AS a WHERE false', writeCsv), 'a\n');
});
