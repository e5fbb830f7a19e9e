import t from 'tap';
import { nearest } from '../../src/config/nearest.ts';

t.test('finds the word that was mistyped', (t) => {
  const words = ['interval', 'rotation', 'retention-age', 'listen'];
  t.equal(nearest('intervall', words), 'interval');
  t.equal(nearest('retention-aeg', words), 'retention-age');
  t.equal(nearest('interval', words), 'interval');
  t.equal(nearest('x', words), undefined);
  t.equal(nearest('frequency', words), undefined);
  t.equal(nearest('interval', []), undefined);
  t.end();
});
