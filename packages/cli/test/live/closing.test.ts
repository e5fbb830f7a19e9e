import { join } from 'node:path';
import t from 'tap';
import { closingLines } from '../../src/live/closing.ts';
import { row, snapshot } from './snapshot.ts';

t.test('says what was recorded, and gives commands that can be pasted', (t) => {
  const lines = closingLines(snapshot([row(), row()]), join(process.cwd(), 'data'));
  t.equal(lines[0], 'Recorded 120 ticks of 2 containers in ./data (12 MiB). To look at it:');
  t.match(lines[1], /^ {2}(npx )?fgm query \.\/data "SELECT .* FROM containers .*"$/);
  t.match(lines[2], /^ {2}(npx )?fgm inspect \.\/data$/);
  t.match(closingLines(snapshot([row()]), '/var/lib/fgm')[2], 'fgm inspect /var/lib/fgm');
  t.match(closingLines(snapshot([row()]), "/tmp/it's here")[2], `fgm inspect '/tmp/it'\\''s here'`);
  t.same(closingLines(null, '/data'), ['Nothing was recorded.']);
  t.end();
});
