import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { cmdlineText, commText, readCmdline, readComm, readExe } from '../src/proc-pid-text.ts';

function cmdline(text: string | Uint8Array): string | null {
  const bytes = Buffer.from(text);
  return cmdlineText(bytes, bytes.length);
}

void t.test('comm', (t) => {
  for (const [bytes, text] of [
    [Buffer.from('node\n'), 'node'],
    [Buffer.from('a\nb\n'), 'a\nb'],
    [Buffer.from('cut'), 'cut'],
    [Buffer.from([0x61, 0xff, 0x0a]), 'a\ufffd'],
    [Buffer.from('\n'), ''],
  ] as const) {
    t.equal(commText(bytes, bytes.length), text);
  }
  t.end();
});

void t.test('cmdline', (t) => {
  t.equal(cmdline('node\0--flag\0main.ts\0'), 'node --flag main.ts');
  t.equal(cmdline('nginx: master process'), 'nginx: master process', 'a title without NULs');
  t.equal(cmdline('title\0\0\0\0'), 'title', 'a title shorter than the command line was');
  t.equal(cmdline('a\0\0b\0'), 'a  b', 'an empty argument');
  t.equal(cmdline(''), null, 'a kernel thread');
  t.equal(cmdline('\0\0'), null);
  t.equal(cmdline(Buffer.from([0x61, 0xc3, 0x00])), 'a\ufffd', 'bytes that are no UTF-8');
  t.end();
});

void t.test('cmdline is cut to 256 bytes between characters', async (t) => {
  await holds(
    t,
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'ä', '€', '😀', '\0b'), minLength: 120, maxLength: 300 }),
      (arguments_) => {
        const text = cmdline(arguments_) ?? '';
        const bytes = Buffer.from(text);
        const whole = arguments_.replace(/\0+$/, '').replaceAll('\0', ' ');
        const complete = Buffer.byteLength(arguments_) <= 256;
        return complete ? text === whole : bytes.length <= 256 && bytes.length > 256 - 5 && whole.startsWith(text);
      },
    ),
  );
  t.pass('so that the cut makes no replacement character');
});

void t.test('a real process', { skip: process.platform !== 'linux' && 'needs /proc' }, async (t) => {
  const argument = 'x'.repeat(400);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)', argument], { stdio: 'ignore' });
  await once(child, 'spawn');
  const directory = `/proc/${child.pid}`;
  t.equal(readExe(directory), process.execPath);
  t.match(readComm(directory), /^(node|MainThread|node-MainThread)/);
  const line = readCmdline(directory)!;
  t.ok(line.startsWith(`${process.execPath} -e setInterval(`) && line.length === 256, line);
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.strictSame([readExe(directory), readComm(directory), readCmdline(directory)], [null, null, null], 'gone');
});
