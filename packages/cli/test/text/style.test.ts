import t from 'tap';
import { ANSI, PLAIN, styleFor } from '../../src/text/style.ts';

t.test('colours are for terminals that want them', (t) => {
  t.equal(styleFor({ isTTY: true }, {}), ANSI);
  t.equal(styleFor({ isTTY: true }, { NO_COLOR: '' }), ANSI, 'an empty NO_COLOR says nothing');
  t.equal(styleFor({ isTTY: true }, { NO_COLOR: '1' }), PLAIN);
  t.equal(styleFor({ isTTY: true }, { TERM: 'dumb' }), PLAIN);
  t.equal(styleFor({}, {}), PLAIN);
  t.equal(ANSI.alarm('x'), '\x1b[31mx\x1b[0m');
  t.equal(PLAIN.alarm('x'), 'x');
  t.end();
});
