import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { checkDataDirectory } from '../../src/doctor/data-directory.ts';
import { examined } from './machine-of-files.ts';

t.test('a directory that is there', (t) => {
  const root = t.testdir({ data: {} });
  const [writable, space] = checkDataDirectory(examined(root));
  t.match(writable, { status: 'ok', finding: /data can be written$/ });
  t.match(space, { name: 'free space', status: 'ok' });
  t.same(readdirSync(join(root, 'data')), [], 'nothing stays behind');
  t.end();
});

t.test('a directory that can be made is not made', (t) => {
  const root = t.testdir({});
  t.match(checkDataDirectory(examined(root, { outputDir: join(root, 'a/b/c') }))[0], {
    status: 'ok',
    finding: /a\/b\/c can be made in /,
  });
  t.same(readdirSync(root), []);
  t.end();
});

t.test('what cannot hold a recording', (t) => {
  const root = t.testdir({ data: 'a file' });
  t.match(checkDataDirectory(examined(root))[0], { status: 'fail', finding: /is not a directory/ });
  // procfs lets nobody make files, root included.
  t.match(checkDataDirectory(examined(root, { outputDir: '/proc/self' }))[0], {
    status: 'fail',
    finding: /cannot be written/,
  });
  t.end();
});

t.test('less space than the recording may take', (t) => {
  const root = t.testdir({ data: {} });
  t.match(checkDataDirectory(examined(root, { retentionBytes: 2 ** 60 }))[1], {
    status: 'warn',
    remedy: /--retention-bytes/,
  });
  t.end();
});

t.test('a file system that forgets', (t) => {
  t.match(checkDataDirectory(examined('/', { outputDir: '/dev/shm' }))[2], {
    name: 'file system',
    status: 'warn',
    finding: 'tmpfs',
    cost: /gone after a reboot/,
  });
  t.end();
});
