import t from 'tap';
import { identifier, literal, literals } from '../../src/duckdb/sql-text.ts';

t.test('quotes what SQL would take for its own', (t) => {
  t.equal(literal("it's"), "'it''s'");
  t.equal(identifier('a"b'), '"a""b"');
  t.equal(literals(["a'", 'b']), "['a''', 'b']");
  t.end();
});
