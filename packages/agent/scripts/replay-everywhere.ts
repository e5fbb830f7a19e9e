/**
 * Replays recorded nodes by several Node.js and on another CPU, and compares what they have written, byte by byte:
 *
 *     npm run replay:everywhere -- [--seconds N] [--command COMMAND]… [FIXTURE…]
 *
 * They come out of the npm registry (other-nodes.ts), another CPU is emulated where qemu-user-static and its C library are
 * installed. What cannot be had, or has not ended after so many seconds, is left out and said. Each COMMAND is another Node.js.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type OtherNode, otherNodes } from './other-nodes.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OWN: OtherNode = { name: 'this Node.js', get: () => [process.execPath] };
const DESCRIPTION = '`Node.js ${process.version} on ${process.arch}, libzstd ${process.versions.zstd}`';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '3600' }, command: { type: 'string', multiple: true, default: [] } },
});
const fixtures = (positionals.length > 0 ? positionals : [join(ROOT, 'test-fixtures/nodes/v1')]).map((one) =>
  resolve(one),
);
const deadline = performance.now() + Number(values.seconds) * 1000;
const work = mkdtempSync(join(tmpdir(), 'fgm-everywhere-'));

/** Milliseconds. @throws Error with ETIMEDOUT when there are none */
function timeLeft(): number {
  const left = Math.floor(deadline - performance.now());
  if (left <= 0) throw Object.assign(new Error('no time left'), { code: 'ETIMEDOUT' });
  return left;
}

/** Variables that tell a Node.js what to load are this one's affair. */
function run(command: readonly string[], args: readonly string[]): string {
  const [program, ...first] = command;
  const env = { ...process.env, NODE_OPTIONS: '' };
  const options = { cwd: ROOT, env, timeout: timeLeft(), encoding: 'utf8', stdio: 'pipe' } as const;
  return execFileSync(program!, [...first, ...args], options);
}

/** Adds names and contents of all files. */
function addFiles(hash: ReturnType<typeof createHash>, directory: string): void {
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const file = join(directory, name);
    if (statSync(file).isFile()) hash.update(`${name}\n`).update(readFileSync(file));
  }
}

/** One checksum over all that it writes of all fixtures. */
function replayAll(command: readonly string[]): string {
  const hash = createHash('sha256');
  const program = ['--experimental-strip-types', '--conditions=@fgm/source', 'packages/cli/src/main.ts', 'replay'];
  for (const fixture of fixtures) {
    const data = mkdtempSync(join(work, 'data-'));
    run(command, [...program, fixture, '--output-dir', data]);
    addFiles(hash, data);
    rmSync(data, { recursive: true });
  }
  return hash.digest('hex').slice(0, 16);
}

function leaveOut(name: string, error: unknown): void {
  const late = (error as NodeJS.ErrnoException).code === 'ETIMEDOUT';
  const why = late ? `not done within ${values.seconds} s` : (error as Error).message.trim().split('\n').at(-1)!;
  process.stdout.write(`left out: replay by ${name}: ${why}\n`);
}

/** @returns the checksum, or null when there is no such Node.js or no time; @throws Error when the replay fails */
function replayBy({ name, get }: OtherNode): string | null {
  let command: readonly string[];
  let which: string;
  try {
    command = get(timeLeft());
    which = run(command, ['-p', DESCRIPTION]).trim();
  } catch (error) {
    leaveOut(name, error);
    return null;
  }
  const start = performance.now();
  try {
    const sum = replayAll(command);
    process.stdout.write(`${sum}  ${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${which}\n`);
    return sum;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') throw error;
    leaveOut(which, error);
    return null;
  }
}

try {
  const given = values.command.map((command) => ({ name: command, get: () => command.split(' ') }));
  const found = [OWN, ...given, ...otherNodes(work)].map((node) => replayBy(node)).filter((sum) => sum !== null);
  if (new Set(found).size > 1) throw new Error('they have not written the same bytes');
  process.stdout.write(`${found.length} have written the same bytes\n`);
} finally {
  rmSync(work, { recursive: true });
}
