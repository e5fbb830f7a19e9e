import { DirectoryFiles } from '@fgm/testkit';
import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { mountFiles } from '../../src/files/mounted.ts';
import * as door from '../../src/files/promises.ts';

type Promises = Pick<typeof promises, keyof typeof door & keyof typeof promises>;

async function outcome(look: () => Promise<unknown>): Promise<unknown> {
  try {
    return await look();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

async function read(from: Promises, place: string, flags: number): Promise<unknown> {
  const file = await from.open(place, flags);
  try {
    const buffer = new Uint8Array(8);
    const { bytesRead } = await file.read(buffer, 2, 3, 0);
    const { size, mtimeMs } = await file.stat();
    const big = await file.stat({ bigint: true });
    return [bytesRead, [...buffer], size, mtimeMs, big.ino, big.size, big.isFile(), await file.readFile('utf8')];
  } finally {
    await file.close();
  }
}

async function everything(from: Promises, place: string): Promise<Record<string, unknown>> {
  const { O_RDONLY, O_NOFOLLOW } = fs.constants;
  const names = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name } of await from.opendir(place)) found.push(name);
    return found.toSorted();
  };
  return {
    lstat: await outcome(async () => (await from.lstat(place)).isSymbolicLink()),
    big: await outcome(async () => {
      const { ino, size, mtimeNs } = await from.lstat(place, { bigint: true });
      return [ino, size, mtimeNs / 1000n];
    }),
    stat: await outcome(async () => (await from.stat(place)).uid),
    link: await outcome(() => from.readlink(place)),
    names: await outcome(names),
    followed: await outcome(() => read(from, place, O_RDONLY)),
    unfollowed: await outcome(() => read(from, place, O_RDONLY | O_NOFOLLOW)),
  };
}

void t.test('every function says of mounted files what node:fs/promises says of the same ones on disk', async (t) => {
  const root = t.testdir({ directory: { file: 'some text\n', empty: '' } });
  symlinkSync('file', join(root, 'directory/link'));
  symlinkSync('directory', join(root, 'other'));
  symlinkSync('nowhere', join(root, 'dangling'));
  symlinkSync('loop', join(root, 'loop'));
  // Mounted files know milliseconds as a double, which has not every microsecond of these years.
  const all = ['', ...fs.readdirSync(root, { recursive: true, encoding: 'utf8' })];
  for (const name of all) fs.lutimesSync(join(root, name), 1_600_000_000.5, 1_600_000_000.5);
  t.teardown(mountFiles('/node', new DirectoryFiles(root)));
  const paths = ['directory/file', 'directory/link', 'other', 'other/link', 'other/empty', 'dangling', 'loop', 'none'];
  for (const path of [...paths, 'directory', 'directory/file/below', ''])
    t.same(
      await everything(door as unknown as Promises, `/node/${path}`),
      await everything(promises, join(root, path)),
      path,
    );
});

void t.test('other files are those of this machine', async (t) => {
  const root = t.testdir({ file: 'text' });
  t.same(
    await everything(door as unknown as Promises, join(root, 'file')),
    await everything(promises, join(root, 'file')),
  );
});
