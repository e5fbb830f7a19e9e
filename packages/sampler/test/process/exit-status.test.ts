import t from 'tap';
import { exitStatus } from '../../src/process/exit-status.ts';

const fate = (waitStatus: number, exited = true) => ({ startTime: 1, exited, waitStatus });

t.test('how a process ended', async (t) => {
  t.same(exitStatus(fate(768), false), { exit_code: 3 });
  t.same(exitStatus(fate(9), false), { signal: 9 });
  t.same(exitStatus(fate(0x8b), false), { signal: 11 }, 'with a core dump');
  t.same(exitStatus(fate(0), true), { exit_code: 0 });
  t.equal(exitStatus(fate(0), false), null, 'who may not know is told the same');
  t.equal(exitStatus(fate(768, false), true), null, 'it lives');
  t.equal(exitStatus(null, true), null);
});
