import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';

/** What victim.c does, as far as Node.js can, for machines without a C compiler. */
const regions: Buffer[] = [];
const children: ChildProcess[] = [];

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function burn(milliseconds: number, work: () => void): void {
  for (const until = cpuMilliseconds() + milliseconds; cpuMilliseconds() < until;) work();
}

function burnSystem(milliseconds: number): void {
  const zero = openSync('/dev/zero', 'r');
  const page = Buffer.alloc(65536);
  burn(milliseconds, () => readSync(zero, page));
  closeSync(zero);
}

function write(bytes: number, path: string): void {
  const file = openSync(path, 'w', 0o600);
  for (let left = bytes; left > 0;) left -= writeSync(file, Buffer.alloc(Math.min(left, 65536)));
  fsyncSync(file);
  closeSync(file);
}

const ORDERS: Readonly<Record<string, (first: string, second: string) => unknown>> = {
  cpu: (msec) => burn(Number(msec), () => Math.sqrt(2)),
  system: (msec) => burnSystem(Number(msec)),
  touch: (bytes) => regions.push(Buffer.alloc(Number(bytes), 1)),
  free: () => regions.splice(0),
  write: (bytes, path) => write(Number(bytes), path),
  read: (path) => readFileSync(path),
  threads: (count) =>
    Array.from({ length: Number(count) }, () => new Worker('setInterval(() => {}, 1e9)', { eval: true })),
  fork: (count) => {
    for (let left = Number(count); left > 0; left--) children.push(spawn('sleep', ['1000000'], { stdio: 'ignore' }));
  },
  name: (hex) => (process.title = Buffer.from(hex, 'hex').toString()),
  exit: (code) => process.exit(Number(code)),
};

process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));
process.stdout.write('ok\n');
for await (const line of createInterface({ input: process.stdin })) {
  const [verb = '', first = '', second = ''] = line.split(' ');
  try {
    ORDERS[verb]!(first, second);
    process.stdout.write('ok\n');
  } catch {
    process.stdout.write('error\n');
  }
}
process.exit(0);
