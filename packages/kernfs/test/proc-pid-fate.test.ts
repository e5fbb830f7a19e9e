import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { fateIn, namespacePidIn, readFate, readNamespacePid } from '../src/proc-pid-fate.ts';
import { edges } from './suite/edges.ts';
import { hostileText } from './suite/hostile-text.ts';
import { mutated } from './suite/mutations.ts';

const REST = '5174 5174 2869 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 1 0 164534 3133440 394';

function stat(comm: string, state: string, waitStatus: number): string {
  const rest = REST.split(' ');
  const more = Array.from({ length: 52 - 3 - rest.length - 1 }, () => '0');
  return `5188 (${comm}) ${state} ${[...rest, ...more, waitStatus].join(' ')}\n`;
}

const CASES: readonly (readonly [name: string, text: string, fate: object | null])[] = [
  ['alive', stat('cat', 'S', 0), { startTime: 164534, exited: false, waitStatus: 0 }],
  ['killed', stat('cat', 'Z', 9), { startTime: 164534, exited: true, waitStatus: 9 }],
  ['ended with 3', stat('a) Z 1 (b', 'X', 768), { startTime: 164534, exited: true, waitStatus: 768 }],
  ['nothing', '', null],
  ['cut', '5188 (cat) S 1 2 3', null],
  ['no process', 'x\n', null],
];

for (const [name, text, fate] of CASES) t.test(name, async (t) => t.same(fateIn(text), fate));

/** By regular expressions, from the end of the name on. */
function slowFate(text: string): object | null {
  const rest = /^.*\) (.*)$/s.exec(text)?.[1];
  if (rest === undefined) return null;
  const fields = [...rest.matchAll(/([^ ]*)( |$)/gs)].map(([, field, end]) => {
    const [digits, more] = field!.split(/\n(.*)/s);
    const ended = end === ' ' ? more === undefined : more !== undefined;
    return ended && /^(0|[1-9][0-9]*)$/.test(digits!) && Number(digits) < 2 ** 53 ? Number(digits) : null;
  });
  const startTime = fields[19] ?? null;
  if (startTime === null) return null;
  return { startTime, exited: /^[ZX]/.test(rest), waitStatus: fields[49] ?? 0 };
}

const near = fc
  .tuple(
    fc.constantFrom('cat', ') Z 1 (', '', 'a\nb'),
    fc.constantFrom('S', 'Z', 'X', 'R'),
    fc.nat(65_535),
    fc.boolean(),
  )
  .map(([comm, state, status, ended]) => stat(comm, state, status).slice(0, ended ? undefined : -1));

t.test('agrees with a slow parser on damaged and hostile text', (t) =>
  holds(
    t,
    fc.property(fc.oneof(mutated(near), hostileText('proc-pid-stat'), fc.string()), (text) => {
      namespacePidIn(text);
      return isDeepStrictEqual(fateIn(text), slowFate(text));
    }),
  ),
);

t.test('a text that was cut tells nothing but what it holds', async (t) => {
  const whole = stat('cat', 'Z', 768);
  const fate = fateIn(whole)!;
  for (let cut = 0; cut < whole.length; cut++) {
    const found = fateIn(whole.slice(0, cut));
    if (found !== null) t.match(fate, { ...found, waitStatus: found.waitStatus === 0 ? Number : 768 });
  }
  const status = 'Name:\tx\nNSpid:\t5188\t77\t12\nNSpgid:\t1\n';
  for (let cut = 0; cut < status.length; cut++) {
    const pid = namespacePidIn(status.slice(0, cut));
    if (pid !== null) t.equal(pid, 12, `${cut} bytes`);
  }
});

edges({ family: 'proc-pid-fate', parse: fateIn, twin: slowFate, sample: stat('cat', 'Z', 768) });

t.test('the number in its own namespace', async (t) => {
  t.equal(namespacePidIn('Name:\tx\nNSpid:\t5188\t1\nNSpgid:\t1\n'), 1);
  t.equal(namespacePidIn('Name:\tx\nNSpid:\t5188\t77\t2\n'), 2);
  t.equal(namespacePidIn('Name:\tx\nNSpid:\t5188\t77\t2'), null, 'the next digit may be missing');
  t.equal(namespacePidIn('Name:\tx\nNSpid:\t5188\n'), null, 'the same as ours');
  t.equal(namespacePidIn('Name:\tx\n'), null);
  t.equal(namespacePidIn('Name:\tx\nNSpid:\t1\tx\n'), null);
});

t.test('on this machine', { skip: process.platform !== 'linux' && 'needs /proc' }, async (t) => {
  const directory = `/proc/${process.pid}`;
  const started = Number(
    readFileSync(`${directory}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')[19],
  );
  t.match(readFate(directory), { startTime: started, exited: false });
  t.equal(readNamespacePid(directory), null);
  const child = spawn('true', { stdio: 'ignore' });
  await once(child, 'exit');
  t.equal(readFate(`/proc/${child.pid}`), null);
  t.equal(readNamespacePid(`/proc/${child.pid}`), null);
});
