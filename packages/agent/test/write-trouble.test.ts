import t from 'tap';
import { WriteTrouble } from '../src/write-trouble.ts';

type What = Parameters<WriteTrouble['take']>[0]['what'];

function trouble(what: What, over = false): Parameters<WriteTrouble['take']>[0] {
  return { type: 'trouble', what, errno: over ? null : 'ENOSPC', message: `${what} has no room`, over };
}

t.test('each trouble lasts until its own end', async (t) => {
  const writing = new WriteTrouble();
  t.same([writing.reason, writing.unsaved], [null, false]);
  writing.take(trouble('index'));
  t.same([writing.reason, writing.unsaved], ['index has no room', false]);
  writing.take(trouble('spool'));
  writing.take(trouble('encode'));
  writing.take(trouble('index', true));
  t.same([writing.reason, writing.unsaved], ['spool has no room', true]);
  writing.take(trouble('spool', true));
  t.same([writing.reason, writing.unsaved], ['encode has no room', true]);
  writing.take(trouble('encode', true));
  t.same([writing.reason, writing.unsaved], [null, false]);
});

t.test('the same trouble is news once', async (t) => {
  const writing = new WriteTrouble();
  t.same(
    [trouble('spool'), trouble('spool'), trouble('spool', true), trouble('spool', true), trouble('spool')].map((each) =>
      writing.take(each),
    ),
    [true, false, true, false, true],
  );
  t.same([writing.take(trouble('recovery')), writing.take(trouble('recovery'))], [true, true]);
});

t.test('what is said once does not last', async (t) => {
  const writing = new WriteTrouble();
  writing.take(trouble('recovery'));
  writing.take(trouble('retention'));
  t.equal(writing.reason, null);
});
