import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Suspect } from '../../src/events/oom-suspects.ts';
import { VictimSearch } from '../../src/events/victim-search.ts';

const MEBIBYTE = 1 << 20;
const LIMIT = 64 * MEBIBYTE;
const KILLED = 9;
const EXITED_137 = 137 << 8;

/** How a process looks when it is looked at: its state and exit code, or `gone`. */
type Look = 'gone' | readonly [state: string, status: number];
type Shown = readonly [comm: string, mebibytes: number, look: Look, init?: boolean];

const LIVES: Look = ['S', 0];

function show(root: string, pid: number, comm: string, look: Look, init = false): void {
  const directory = join(root, String(pid));
  rmSync(directory, { recursive: true, force: true });
  if (look === 'gone') return;
  const [state, status] = look;
  mkdirSync(directory, { recursive: true });
  const before = Array.from({ length: 18 }, () => '0').join(' ');
  const between = Array.from({ length: 29 }, () => '0').join(' ');
  writeFileSync(join(directory, 'stat'), `${pid} (${comm}) ${state} ${before} ${pid * 10} ${between} ${status}\n`);
  writeFileSync(join(directory, 'status'), `Name:\t${comm}\nNSpid:\t${pid}\t${init ? 1 : pid}\n`);
}

function scene(root: string, shown: readonly Shown[], trace = true): Suspect[] {
  mkdirSync(join(root, '1/ns'), { recursive: true });
  if (trace) symlinkSync('pid:[1]', join(root, '1/ns/pid'));
  return shown.map(([comm, mebibytes, look, init], index) => {
    const pid = 100 + index;
    show(root, pid, comm, look, init);
    return { pid, comm, startTime: pid * 10, time: 0, rss: mebibytes * MEBIBYTE, figures: {} };
  });
}

interface Case {
  readonly name: string;
  readonly shown: readonly Shown[];
  readonly count?: number;
  readonly victims: readonly string[];
  readonly certain?: boolean;
  readonly open?: boolean;
  readonly trace?: boolean;
}

const CASES: readonly Case[] = [
  {
    name: 'one was born and killed between two readings, others ended by themselves',
    shown: [
      ['sleep', 1, ['Z', 0]],
      ['sleep', 1, 'gone'],
      ['sh', 1, LIVES],
    ],
    victims: [],
    open: true,
  },
  { name: 'all who were known ended by themselves', shown: [['sleep', 40, ['Z', 0]]], victims: [] },
  { name: 'how it ended we may not know', shown: [['dd', 40, ['Z', 0]]], victims: ['dd'], trace: false },
  {
    name: 'it has signal 9',
    shown: [
      ['sh', 1, LIVES],
      ['dd', 50, ['Z', KILLED]],
    ],
    victims: ['dd'],
    certain: true,
  },
  { name: 'its memory is on its way out', shown: [['dd', 50, ['R', KILLED]]], victims: ['dd'], certain: true },
  {
    name: 'a large one is gone, a small one too',
    shown: [
      ['sleep', 1, 'gone'],
      ['dd', 50, 'gone'],
    ],
    victims: ['dd'],
  },
  {
    name: 'a larger one than the vanished one may follow',
    shown: [
      ['cat', 20, 'gone'],
      ['dd', 40, LIVES],
    ],
    victims: ['cat'],
    open: true,
  },
  {
    name: 'its parent has ended with 137 and taken others with it',
    shown: [
      ['sh', 1, ['Z', EXITED_137], true],
      ['sleep', 1, ['Z', KILLED]],
    ],
    victims: [],
  },
  {
    name: 'number 1 has grown since its row, and takes others with it',
    shown: [
      ['sh', 1, ['R', KILLED], true],
      ['sleep', 2, ['Z', KILLED]],
    ],
    victims: ['sh'],
    certain: true,
  },
  {
    name: 'a small one that has grown since its row',
    shown: [
      ['sh', 1, LIVES],
      ['python3', 5, ['Z', KILLED]],
    ],
    victims: ['python3'],
    certain: true,
  },
  {
    name: 'more have signal 9 than were killed',
    shown: [
      ['a', 20, ['Z', KILLED]],
      ['b', 40, ['Z', KILLED]],
    ],
    victims: ['b'],
  },
  {
    name: 'two kills',
    shown: [
      ['a', 20, ['Z', KILLED]],
      ['b', 40, ['Z', KILLED]],
    ],
    count: 2,
    victims: ['b', 'a'],
    certain: true,
  },
];

for (const { name, shown, count = 1, victims, certain = false, open = false, trace } of CASES) {
  t.test(name, async (t) => {
    const root = t.testdir();
    const search = new VictimSearch(root, scene(root, shown, trace), LIMIT);
    const verdict = search.look(count);
    t.same(
      verdict.victims.map(({ comm }) => comm),
      victims,
    );
    t.equal(verdict.certain, certain);
    t.equal(verdict.open, open);
  });
}

t.test('what was seen of a zombie stays known when it is reaped', async (t) => {
  const root = t.testdir();
  const suspects = scene(root, [
    ['ended', 40, ['Z', 0]],
    ['dd', 30, LIVES],
  ]);
  const search = new VictimSearch(root, suspects, LIMIT);
  t.match(search.look(1), { victims: [], open: true });
  show(root, 100, 'ended', 'gone');
  show(root, 101, 'dd', ['Z', KILLED]);
  t.match(search.look(1), { victims: [{ comm: 'dd' }], certain: true, open: false });
  show(root, 101, 'dd', 'gone');
  t.match(search.look(1), { victims: [{ comm: 'dd' }], certain: true });
  t.equal(search.vanished, 2);
});

t.test('nobody is large where the memory of the container is not known', async (t) => {
  const root = t.testdir();
  const suspects = scene(root, [['dd', 40, 'gone']]);
  t.same(new VictimSearch(root, suspects, Infinity).look(1), { victims: [], certain: false, open: false });
});
