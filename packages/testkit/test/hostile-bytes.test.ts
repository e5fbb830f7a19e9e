import t from 'tap';
import { HOSTILE_BYTES } from '../src/index.ts';

t.test('each has a name and contents of its own', async (t) => {
  t.equal(new Set(HOSTILE_BYTES.map(({ name }) => name)).size, HOSTILE_BYTES.length);
  t.equal(new Set(HOSTILE_BYTES.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size, HOSTILE_BYTES.length);
});
