/** The file systems of other tests: what one that was killed has left mounted goes with the next. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import t from 'tap';
import { SmallDisk, whyNoMounts } from './harness/small-disk.ts';

const MIB = 2 ** 20;
const HARNESS = new URL('harness/small-disk.ts', import.meta.url).href;
/** Makes one as a test would, and never ends. */
const ABANDONS = `import { SmallDisk } from ${JSON.stringify(HARNESS)};
const disk = SmallDisk.inMemory({ teardown() {} }, ${MIB});
disk.fill();
process.stdout.write(disk.directory);
setInterval(() => {}, 1000);`;

function isMounted(directory: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${directory} `);
}

t.test('what a killed test has mounted', { skip: whyNoMounts() }, async (t) => {
  const args = ['--conditions=@fgm/source', '--input-type=module', '--eval', ABANDONS];
  const other = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => void other.kill('SIGKILL'));
  const [said] = (await once(other.stdout, 'data')) as [Buffer];
  const directory = said.toString();
  t.ok(isMounted(directory));

  const mine = SmallDisk.inMemory(t, MIB);
  t.ok(isMounted(directory), 'while that runs it stays');

  other.kill('SIGKILL');
  await once(other, 'close');
  SmallDisk.inMemory(t, MIB);
  t.notOk(isMounted(directory));
  t.notOk(existsSync(directory));
  t.ok(isMounted(mine.directory), 'what is in use stays');
});
