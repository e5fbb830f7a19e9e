import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { FakeTree } from '@fgm/testkit';
import t from 'tap';
import type { Test } from 'tap';
import { BIN } from '../fgm-process.ts';

const SCRIPT = '/usr/bin/script';

/** util-linux's script(1) gives a command a terminal of its own. */
const noScript = spawnSync(SCRIPT, ['--version']).status !== 0 && 'script(1) of util-linux is not here';

interface OnTerminal {
  readonly seen: (pattern: RegExp) => Promise<void>;
  readonly type: (keys: string) => void;
  readonly ended: Promise<{ code: number | null; output: string }>;
  readonly output: () => string;
}

function upOnTerminal(t: Test): OnTerminal {
  const root = t.testdir({});
  const tree = new FakeTree(join(root, 'machine'), { containers: 2, processes: 1 });
  const machine = `--proc-root ${tree.procRoot} --cgroup-root ${tree.cgroupRoot} --host-root ${root}`;
  const command = `stty rows 20 cols 100; exec ${process.execPath} ${BIN} up --data-dir ${root}/data ${machine} --interval 100ms --listen off`;
  const child = spawn(SCRIPT, ['-qefc', command, '/dev/null'], {
    env: { ...process.env, FGM_SOURCE: '1', TERM: 'xterm' },
  });
  t.teardown(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  );
  const seen = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => void (pattern.test(output) && resolve());
      child.stdout.on('data', look);
      child.on('close', () => reject(new Error(`never seen: ${pattern} in ${JSON.stringify(output)}`)));
      look();
    });
  return { seen, type: (keys) => void child.stdin.write(keys), ended, output: () => output };
}

for (const [name, keys] of [
  ['q', 'q'],
  ['Ctrl-C', '\x03'],
] as const) {
  t.test(`a live table that ${name} ends`, { skip: noScript }, async (t) => {
    const terminal = upOnTerminal(t);
    await terminal.seen(/\d of \d+ ticks missed/);
    t.match(terminal.output(), '\x1b[?1049h\x1b[?25l', 'on the alternate screen');
    t.match(terminal.output(), /fgm: recording 2 containers every 100ms/);
    t.match(terminal.output(), /000100010001/);
    terminal.type(keys);
    const { code, output } = await terminal.ended;
    t.equal(code, 0);
    const [, after] = output.split('\x1b[?25h\x1b[?1049l');
    t.match(
      after,
      /^Recorded \d+ ticks of 2 containers in .*data \(.*\)\. To look at it:\r\n {2}(?:npx )?fgm query .* "SELECT .*"\r\n {2}(?:npx )?fgm inspect .*\r\n$/s,
    );
  });
}

t.test('a recorder that cannot start leaves the terminal as it was', { skip: noScript }, async (t) => {
  const root = t.testdir({ file: '' });
  const command = `exec ${process.execPath} ${BIN} up --data-dir ${root}/file --listen off`;
  const child = spawn(SCRIPT, ['-qefc', command, '/dev/null'], {
    env: { ...process.env, FGM_SOURCE: '1', TERM: 'xterm' },
  });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  t.equal(await new Promise((resolve) => child.on('close', resolve)), 1);
  t.match(output.split('\x1b[?25h\x1b[?1049l')[1], /^fgm: .*file.*\r\n$/);
});
