import t from 'tap';
import { AskedProcesses } from '../../src/names/asked-processes.ts';
import { SteppedTime } from '../../src/stepped-time.ts';

const START = 1_790_000_000_000_000;

function asking() {
  const time = new SteppedTime(START);
  const asked = new AskedProcesses(time);
  let questions = 0;
  const ask = (question: string, directory: string, list: string): Promise<number> =>
    asked.ask(question, directory, list, async () => ++questions);
  return { asked, ask, after: (ms: number) => time.moveTo(time.usec() + ms * 1_000) };
}

t.test('who has just come is asked each time, and who stays once', async (t) => {
  const { ask, after } = asking();
  t.equal(await ask('mounts', '/a', '1\n'), 1);
  after(999);
  t.equal(await ask('mounts', '/a', '1\n'), 2);
  after(1);
  t.equal(await ask('mounts', '/a', '1\n'), 3, 'it was there for a second by then');
  after(60_000);
  t.equal(await ask('mounts', '/a', '1\n'), 3);
  t.equal(await ask('parent', '/a', '1\n'), 4, 'another question');
  t.equal(await ask('mounts', '/b', '1\n'), 5, 'another container');
});

t.test('other processes are asked anew', async (t) => {
  const { ask, after } = asking();
  await ask('mounts', '/a', '1\n');
  after(1_000);
  t.equal(await ask('mounts', '/a', '1\n'), 2);
  t.equal(await ask('mounts', '/a', '1\n2\n'), 3);
  t.equal(await ask('mounts', '/a', '1\n2\n'), 4);
  after(1_000);
  t.equal(await ask('mounts', '/a', '1\n2\n'), 5);
  t.equal(await ask('mounts', '/a', '1\n2\n'), 5);
  t.equal(await ask('mounts', '/a', '1\n'), 6, 'those before are forgotten');
});

t.test('a container that is forgotten is a new one', async (t) => {
  const { asked, ask, after } = asking();
  await ask('mounts', '/a', '1\n');
  after(1_000);
  t.equal(await ask('mounts', '/a', '1\n'), 2);
  asked.forget('/a');
  asked.forget('/never');
  t.equal(await ask('mounts', '/a', '1\n'), 3);
});
