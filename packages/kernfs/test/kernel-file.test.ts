import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, openSync, readdirSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ENOENT, ESRCH, isGone, KernelFile, readStart, TOO_LARGE } from '../src/kernel-file.ts';

const EISDIR = -21;
const EBADF = -9;
const linux = process.platform !== 'linux' && 'needs /proc';

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

void t.test('reads a file as it is now, again and again', (t) => {
  const path = join(t.testdir(), 'memory.current');
  writeFileSync(path, '4096\n');
  for (const whole of [true, false]) {
    const file = new KernelFile(path, { whole });
    const buffer = new Uint8Array(64);
    t.equal(file.isOpen, false);
    t.equal(file.open(), 0);
    t.equal(file.open(), 0, 'opening twice is no error');
    t.equal(file.read(buffer), 5);
    const writing = openSync(path, 'r+');
    writeSync(writing, '8192\n', 0);
    t.equal(file.read(buffer), 5);
    t.equal(Buffer.from(buffer.subarray(0, 5)).toString(), '8192\n');
    writeSync(writing, '4096\n', 0);
    file.close();
    file.close();
    t.equal(file.isOpen, false);
    t.equal(file.read(buffer), EBADF, 'a closed file gives an errno');
  }
  t.end();
});

void t.test('a text that fills the buffer may be longer: nothing is taken', (t) => {
  const path = join(t.testdir(), 'text');
  writeFileSync(path, 'x'.repeat(100));
  for (const whole of [true, false]) {
    const file = new KernelFile(path, { whole });
    file.open();
    for (const [size, length] of [
      [10, TOO_LARGE],
      [99, TOO_LARGE],
      [100, TOO_LARGE],
      [101, 100],
      [4096, 100],
    ] as const) {
      t.equal(file.read(new Uint8Array(size)), length, `${size} bytes, whole: ${whole}`);
    }
    file.close();
  }
  t.end();
});

void t.test('errors are numbers', (t) => {
  const directory = t.testdir();
  const missing = new KernelFile(join(directory, 'missing'), { whole: true });
  t.equal(missing.open(), ENOENT);
  t.ok(isGone(ENOENT) && isGone(ESRCH) && !isGone(-13) && !isGone(TOO_LARGE));
  mkdirSync(join(directory, 'sub'));
  const sub = new KernelFile(join(directory, 'sub'), { whole: true });
  t.equal(sub.open(), 0);
  t.equal(sub.read(new Uint8Array(8)), EISDIR);
  sub.close();
  symlinkSync('loop', join(directory, 'loop'));
  t.ok(new KernelFile(join(directory, 'loop'), { whole: true }).open() < 0, 'a link to itself');
  t.ok(new KernelFile('/\0', { whole: true }).open() < 0, 'a path that cannot be');
  t.end();
});

void t.test('a file that we may not read', { skip: process.getuid?.() === 0 && 'root may read everything' }, (t) => {
  const path = join(t.testdir(), 'secret');
  writeFileSync(path, '1\n');
  chmodSync(path, 0);
  t.equal(new KernelFile(path, { whole: true }).open(), -13);
  t.end();
});

void t.test('readStart() takes the first bytes and leaves nothing open', { skip: linux }, (t) => {
  const path = join(t.testdir(), 'text');
  writeFileSync(path, 'abcdef');
  const before = openDescriptors();
  t.equal(readStart(path, new Uint8Array(4)), 4);
  t.equal(readStart(path, new Uint8Array(40)), 6);
  t.equal(readStart(`${path}.missing`, new Uint8Array(4)), ENOENT);
  t.equal(openDescriptors(), before);
  rmSync(path);
  t.end();
});

void t.test('a process that goes away', { skip: linux }, async (t) => {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const file = new KernelFile(`/proc/${child.pid}/stat`, { whole: true });
  const buffer = new Uint8Array(4096);
  file.open();
  const length = file.read(buffer);
  t.ok(length > 50 && buffer[length - 1] === 0x0a, 'is read while it lives');
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.equal(file.read(buffer), ESRCH, 'and gives ESRCH on the open descriptor');
  t.ok(isGone(file.read(buffer)));
  file.close();
});

void t.test('a list that is longer than one read of the kernel', { skip: linux }, (t) => {
  const path = '/proc/self/smaps';
  const buffer = new Uint8Array(1 << 20);
  const once = new KernelFile(path, { whole: true });
  const whole = new KernelFile(path, { whole: false });
  once.open();
  whole.open();
  const first = once.read(buffer);
  const all = whole.read(buffer);
  t.ok(first > 0 && first < all, `one read gives ${first} bytes, all of it are ${all}`);
  t.match(Buffer.from(buffer.subarray(0, all)).toString(), /VmFlags: [^\n]*\n$/);
  let length = 0;
  for (let count = -1; count !== 0; length += count)
    count = whole.readAt(buffer.subarray(length, length + 3600), length);
  t.ok(length >= first, 'readAt() gives it piece by piece');
  once.close();
  whole.close();
  t.end();
});

void t.test('the buffer that suffices for a seq file suffices for the real ones', { skip: linux }, (t) => {
  for (const name of ['stat', 'status', 'statm', 'schedstat', 'io', 'smaps_rollup']) {
    const file = new KernelFile(`/proc/self/${name}`, { whole: true });
    const buffer = new Uint8Array(65536);
    file.open();
    const length = file.read(buffer);
    t.ok(length > 0 && buffer[length - 1] === 0x0a, `${name} arrives whole: ${length} bytes`);
    file.close();
  }
  t.end();
});
