import { NOBODY, whyNotAsNobody } from '@fgm/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import t from 'tap';
import { acquireLock, type Lock } from '../src/lock.ts';

const LOCK = new URL('../src/lock.ts', import.meta.url).href;
const OWNER = `
import { acquireLock } from ${JSON.stringify(LOCK)};
await acquireLock(process.argv[1]);
process.stdout.write('owner\\n');
setInterval(() => {}, 1000);
`;

function owner(directory: string): ReturnType<typeof spawn> {
  const args = ['--no-warnings', '--input-type=module-typescript', '-e', OWNER, directory];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

t.test('a second recorder is refused by name, and may start when the first has stopped', async (t) => {
  const directory = t.testdir();
  const first = await acquireLock(directory);
  t.equal(first.warning, null);
  await t.rejects(acquireLock(directory), {
    message: new RegExp(`another recorder with pid ${process.pid} on .* is using the data directory ${directory}`),
  });
  await first.release();
  t.same(fs.readdirSync(directory), []);
  await (await acquireLock(directory)).release();
});

t.test('kill -9 frees the lock', async (t) => {
  const directory = t.testdir();
  const child = owner(directory);
  await once(child.stdout!, 'data');
  await t.rejects(acquireLock(directory), { message: new RegExp(`pid ${child.pid} `) });
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.equal(fs.readdirSync(directory).length, 1, 'its socket is left');
  const lock = await acquireLock(directory);
  t.equal(fs.readdirSync(directory).length, 1, 'and replaced');
  await lock.release();
});

t.test('of many that start at once exactly one wins, dead sockets lying about or not', async (t) => {
  // Dead sockets are made by their own path, which must be short.
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fgm-lock-'));
  t.teardown(() => fs.rmSync(directory, { recursive: true }));
  for (let round = 0; round < 5; round++) {
    for (let dead = 0; dead < 3; dead++) {
      const name = path.join(
        directory,
        `.recorder-0000000${dead}-0000-0000-0000-${String(round).padStart(12, '0')}.sock`,
      );
      const server = net.createServer().listen(name);
      await once(server, 'listening');
      // Closing would delete it: a copy of the name stays, as after kill -9.
      fs.linkSync(name, `${name}x`);
      server.close();
      await once(server, 'close');
      fs.renameSync(`${name}x`, name);
    }
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(directory)));
    const won = results.filter((result): result is PromiseFulfilledResult<Lock> => result.status === 'fulfilled');
    t.equal(won.length, 1);
    await won[0]!.value.release();
  }
});

t.test('one that is there but does not answer counts as alive', async (t) => {
  const directory = t.testdir();
  const child = owner(directory);
  await once(child.stdout!, 'data');
  child.kill('SIGSTOP');
  await t.rejects(acquireLock(directory), { message: /another recorder that does not answer/ });
  child.kill('SIGKILL');
  await once(child, 'exit');
});

t.test('another user sees who is alive', { skip: whyNotAsNobody(import.meta.dirname) }, async (t) => {
  const directory = t.testdir();
  fs.chmodSync(directory, 0o777);
  const asNobody = async (): Promise<string> => {
    process.seteuid!(NOBODY);
    try {
      const lock = await acquireLock(directory);
      await lock.release();
      return 'got it';
    } catch (error) {
      return (error as Error).message;
    } finally {
      process.seteuid!(0);
    }
  };
  const child = owner(directory);
  await once(child.stdout!, 'data');
  t.match(await asNobody(), new RegExp(`another recorder with pid ${child.pid} on `));
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.equal(await asNobody(), 'got it');
});

t.test('the directory may have a longer path than a socket', async (t) => {
  const directory = path.join(t.testdir(), 'd'.repeat(120));
  fs.mkdirSync(directory);
  const lock = await acquireLock(directory);
  await t.rejects(acquireLock(directory));
  await lock.release();
});

t.test('a directory that is not there is an error', async (t) => {
  await t.rejects(acquireLock(path.join(t.testdir(), 'missing')), { code: 'ENOENT' });
});
