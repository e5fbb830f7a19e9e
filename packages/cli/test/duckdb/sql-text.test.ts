import t from 'tap';
import { identifier, instant, literal, literals } from '../../src/duckdb/sql-text.ts';

t.test('quotes what SQL would take for its own', (t) => {
  t.equal(literal("it's"), "'it''s'");
  t.equal(identifier('a"b'), '"a""b"');
  t.equal(literals(["a'", 'b']), "['a''', 'b']");
  t.end();
});

t.test('instants to the microsecond', (t) => {
  const whole = Date.UTC(2026, 10, 21, 5) * 1000;
  t.equal(instant(whole), `TIMESTAMPTZ '2026-11-21T05:00:00Z'`);
  t.equal(instant(whole + 1), `TIMESTAMPTZ '2026-11-21T05:00:00.000001Z'`);
  t.equal(instant(whole + 120_000), `TIMESTAMPTZ '2026-11-21T05:00:00.12Z'`);
  t.equal(instant(-1), `TIMESTAMPTZ '1969-12-31T23:59:59.999999Z'`);
  t.end();
});
