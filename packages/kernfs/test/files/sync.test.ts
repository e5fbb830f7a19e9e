import { DirectoryFiles } from '@fgm/testkit';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { deepEqual } from 'node:assert/strict';
import * as fs from 'node:fs';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import t from 'tap';
import { mountFiles } from '../../src/files/mounted.ts';
import * as door from '../../src/files/sync.ts';
import { FIRST_VIRTUAL } from '../../src/files/open-files.ts';
import { KernelFile } from '../../src/kernel-file.ts';

const names = fc.constantFrom('a', 'b', 'c', '.d', 'e,f');
const path = fc.array(names, { minLength: 1, maxLength: 3 }).map((list) => list.join('/'));
const thing = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), at: path, text: fc.string({ maxLength: 12 }) }),
  fc.record({ kind: fc.constant('directory' as const), at: path }),
  fc.record({ kind: fc.constant('link' as const), at: path, to: path }),
);
type Thing = typeof thing extends fc.Arbitrary<infer T> ? T : never;
/** With detours that mean nothing, and one step back. */
const asked = fc
  .tuple(path, fc.constantFrom('', './', '/', 'x/../', 'a/../'), fc.nat({ max: 2 }))
  .map(([text, detour, at]) => {
    const list = text.split('/');
    return [...list.slice(0, at), detour + list.slice(at).join('/')].filter((part) => part !== '').join('/');
  })
  .filter((text) => !text.endsWith('/'));

/** What cannot be made, because something of that name is there or its directory is a file, is left out. */
function make(root: string, things: readonly Thing[]): void {
  for (const one of things) {
    const place = join(root, one.at);
    try {
      mkdirSync(dirname(place), { recursive: true });
      if (one.kind === 'directory') mkdirSync(place);
      else if (one.kind === 'file') writeFileSync(place, one.text, { flag: 'wx' });
      // From where the directory really is: it may be reached by a link.
      else symlinkSync(relative(fs.realpathSync(dirname(place)), join(fs.realpathSync(root), one.to)), place);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['EEXIST', 'ENOTDIR', 'ELOOP', 'ENOENT', 'EISDIR'].includes(code)) throw error;
    }
  }
}

type Sync = Pick<typeof fs, keyof typeof door & keyof typeof fs>;

function outcome(look: () => unknown): unknown {
  try {
    return look();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

function facts(stats: door.FileStats | undefined): unknown {
  if (stats === undefined) return null;
  const { ino, nlink, size, uid, mtimeMs } = stats;
  return { ino, nlink, size, uid, mtimeMs, kind: [stats.isFile(), stats.isDirectory(), stats.isSymbolicLink()] };
}

function pieces(from: Sync, place: string): unknown {
  const descriptor = from.openSync(place, 'r');
  try {
    const buffer = new Uint8Array(8);
    const first = from.readSync(descriptor, buffer, 1, 5, 0);
    const second = from.readSync(descriptor, buffer, 0, 8, first);
    return [first, second, [...buffer], from.fstatSync(descriptor).ino];
  } finally {
    from.closeSync(descriptor);
  }
}

/** That of node:fs takes `..` for the directory before it, also behind a link; the kernel does not. */
function realPath(from: Sync, place: string): string {
  return from === fs ? fs.realpathSync.native(place) : from.realpathSync(place);
}

/** Everything that can be asked about a path. */
function everything(from: Sync, root: string, text: string): Record<string, unknown> {
  const place = `${root}/${text}`;
  return {
    stat: outcome(() => facts(from.statSync(place))),
    statOrNone: outcome(() => facts(from.statSync(place, { throwIfNoEntry: false }))),
    lstat: outcome(() => facts(from.lstatSync(place))),
    lstatOrNone: outcome(() => facts(from.lstatSync(place, { throwIfNoEntry: false }))),
    statfs: outcome(() => from.statfsSync(place).type),
    exists: outcome(() => from.existsSync(place)),
    link: outcome(() => from.readlinkSync(place)),
    real: outcome(() => realPath(from, place).slice(root.length)),
    text: outcome(() => from.readFileSync(place, 'utf8')),
    pieces: outcome(() => pieces(from, place)),
    names: outcome(() => from.readdirSync(place)),
    kinds: outcome(() => from.readdirSync(place, { withFileTypes: true }).map((one) => [one.name, one.isDirectory()])),
    listing: outcome(() => {
      const listing = from.opendirSync(place, { bufferSize: 2 });
      const found: string[] = [];
      for (let next = listing.readSync(); next !== null; next = listing.readSync()) found.push(next.name);
      listing.closeSync();
      return found.toSorted();
    }),
  };
}

void t.test('every function says of mounted files what node:fs says of the same ones on disk', async (t) => {
  const top = fs.realpathSync(t.testdir());
  let round = 0;
  await holds(
    t,
    fc.property(fc.array(thing, { maxLength: 8 }), fc.array(asked, { minLength: 1, maxLength: 8 }), (things, paths) => {
      const root = join(top, `${round++}`);
      mkdirSync(root);
      make(root, things);
      const unmount = mountFiles('/node', new DirectoryFiles(root));
      try {
        for (const one of [...paths, ...things.map(({ at }) => at)])
          deepEqual(everything(door as unknown as Sync, '/node', one), everything(fs, root, one), one);
        return true;
      } finally {
        unmount();
        rmSync(root, { recursive: true });
      }
    }),
  );
});

void t.test('absolute links and steps back stay below the prefix', (t) => {
  const root = t.testdir({ etc: { name: 'inside\n' } });
  symlinkSync('/etc/name', join(root, 'absolute'));
  symlinkSync('../../../../etc/name', join(root, 'far'));
  t.teardown(mountFiles('/node', new DirectoryFiles(root)));
  for (const name of ['absolute', 'far', '../../etc/name']) {
    t.equal(door.readFileSync(`/node/${name}`, 'utf8'), 'inside\n', name);
    t.equal(door.realpathSync(`/node/${name}`), '/node/etc/name', name);
  }
  t.equal(door.realpathSync('/node'), '/node');
  t.same(door.readdirSync('/node/'), ['absolute', 'etc', 'far']);
  t.end();
});

void t.test('what is not below the prefix is of this machine', (t) => {
  const root = t.testdir({ file: 'of the disk' });
  const unmount = mountFiles('/node', new DirectoryFiles(root));
  t.equal(door.readFileSync(join(root, 'file'), 'utf8'), 'of the disk');
  t.equal(door.existsSync('/nodes'), fs.existsSync('/nodes'));
  t.ok(door.openSync('/node/file', 'r') >= FIRST_VIRTUAL);
  t.throws(() => mountFiles('/node', new DirectoryFiles(root)), { name: 'RangeError' }, 'taken');
  for (const prefix of ['', '/', 'node', '/node/', '/some/node'])
    t.throws(() => mountFiles(prefix, new DirectoryFiles(root)), { name: 'RangeError' }, prefix);
  unmount();
  unmount();
  t.throws(() => door.openSync('/node/file', 'r'), { code: 'ENOENT' });
  t.end();
});

void t.test('a kernel file is read anew from its start, and never written', (t) => {
  const root = t.testdir({ file: 'one\n', directory: {} });
  t.teardown(mountFiles('/node', new DirectoryFiles(root)));
  const buffer = new Uint8Array(64);
  for (const whole of [true, false]) {
    writeFileSync(join(root, 'file'), 'one\n');
    const file = new KernelFile('/node/file', { whole });
    t.equal(file.open(), 0);
    t.equal(file.read(buffer), 4);
    writeFileSync(join(root, 'file'), 'three\n');
    t.equal(file.read(buffer), 6);
    t.equal(file.read(buffer.subarray(0, 6)), -4096, 'no room: too large');
    t.equal(file.inode(), fs.statSync(join(root, 'file')).ino);
    file.close();
    t.equal(file.read(buffer), -9);
  }
  const directory = new KernelFile('/node/directory', { whole: true });
  t.equal(directory.open(), 0);
  t.equal(directory.read(buffer), -21);
  directory.close();
  t.throws(() => door.openSync('/node/file', 'r+'), { code: 'EROFS' });
  const descriptor = door.openSync('/node/file', 'r');
  t.throws(() => door.writeSync(descriptor, buffer, 0, 1, 0), { code: 'EBADF' });
  door.closeSync(descriptor);
  t.throws(() => door.closeSync(descriptor), { code: 'EBADF' });
  t.throws(() => door.readSync(descriptor, buffer, 0, 1, 0), { code: 'EBADF' });
  t.end();
});
