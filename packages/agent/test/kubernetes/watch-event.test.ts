import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { ApiError } from '../../src/kubernetes/api-error.ts';
import { watchEventOf } from '../../src/kubernetes/watch-event.ts';

t.test('events', (t) => {
  const object = { metadata: { resourceVersion: '7', name: 'a' } };
  for (const type of ['ADDED', 'MODIFIED', 'DELETED']) {
    t.same(watchEventOf({ type, object }), { type, object, version: '7' });
  }
  t.same(watchEventOf({ type: 'BOOKMARK', object }), { type: 'BOOKMARK', version: '7' });
  const gone = { kind: 'Status', code: 410, message: 'too old' };
  t.same(watchEventOf({ type: 'ERROR', object: gone }), { type: 'ERROR', code: 410, message: 'too old' });
  t.same(watchEventOf({ type: 'ERROR' }), { type: 'ERROR', code: 0, message: 'without a reason' });
  t.end();
});

t.test('everything else is malformed, and nothing is worse than that', async (t) => {
  for (const value of [
    null,
    1,
    'ADDED',
    [],
    {},
    { type: 'OTHER', object: {} },
    { type: 'ADDED' },
    { type: 'ADDED', object: 1 },
  ]) {
    t.throws(() => watchEventOf(value), /not an event of a watch/, JSON.stringify(value));
  }
  await holds(
    t,
    fc.property(fc.constantFrom('ADDED', 'BOOKMARK', 'ERROR', 'x'), fc.jsonValue(), (type, object) => {
      try {
        watchEventOf({ type, object });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
      }
    }),
  );
});
