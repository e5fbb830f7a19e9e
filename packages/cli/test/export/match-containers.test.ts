import t from 'tap';
import { matchContainers } from '../../src/export/match-containers.ts';

const A = `abcdef01${'0'.repeat(56)}`;
const B = `abcdef02${'0'.repeat(56)}`;
const KNOWN = [A, B, '/system.slice/ssh.service', '/'];

t.test('containers by what people have of their ids', (t) => {
  for (const name of [A, A.slice(0, 12), A.slice(0, 8)]) t.same(matchContainers(KNOWN, [name]), [A], name);
  t.same(matchContainers(KNOWN, ['/', '/system.slice/ssh.service']), ['/', '/system.slice/ssh.service']);
  t.same(matchContainers(KNOWN, [A, A.slice(0, 12), B]), [A, B], 'each once');
  t.end();
});

t.test('what could be several, or nothing', (t) => {
  t.throws(() => matchContainers(KNOWN, ['abcdef']), {
    name: 'UsageError',
    message: /"abcdef" is the start of 2 ids \(abcdef010000, abcdef020000\); give more of it/,
  });
  for (const name of ['abcde', 'ffffff', '/system', 'ABCDEF01', '', "' OR 1=1 --", `${A}0`]) {
    t.throws(() => matchContainers(KNOWN, [name]), { name: 'UsageError', message: /nothing is recorded of/ }, name);
  }
  t.end();
});
