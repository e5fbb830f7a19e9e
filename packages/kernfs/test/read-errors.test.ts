import t from 'tap';
import { TOO_LARGE } from '../src/kernel-file.ts';
import { READ_ERRNOS, READ_ERROR_FILES, ReadErrors, type ReadErrorCount } from '../src/read-errors.ts';

function sorted(errors: ReadErrors): ReadErrorCount[] {
  return errors.entries().toSorted((one, other) => one.file.localeCompare(other.file));
}

void t.test('counts by file and errno, seen from another thread', (t) => {
  const counting = new ReadErrors();
  const showing = new ReadErrors(counting.buffer);
  t.strictSame(showing.entries(), []);
  counting.count('memory.stat', -13);
  counting.count('memory.stat', -13);
  counting.count('io', -1);
  counting.count('smaps', TOO_LARGE);
  counting.count('no.such.file', -5);
  counting.count('stat', -9999);
  t.strictSame(sorted(showing), [
    { file: 'io', errno: 'EPERM', count: 1 },
    { file: 'memory.stat', errno: 'EACCES', count: 2 },
    { file: 'other', errno: 'EIO', count: 1 },
    { file: 'smaps', errno: 'TOO_LARGE', count: 1 },
    { file: 'stat', errno: 'other', count: 1 },
  ]);
  t.end();
});

void t.test('every pair has a place of its own', (t) => {
  const errors = new ReadErrors();
  const errnos = [-1, -2, -3, -4, -5, -9, -11, -12, -13, -19, -22, -23, -24, -30, -95, TOO_LARGE, -7777];
  for (const file of READ_ERROR_FILES) for (const errno of errnos) errors.count(file, errno);
  const entries = errors.entries();
  t.equal(new Set(READ_ERROR_FILES).size, READ_ERROR_FILES.length);
  t.equal(entries.length, READ_ERROR_FILES.length * READ_ERRNOS.length);
  t.ok(entries.every(({ count }) => count === 1));
  t.equal(errors.buffer.byteLength, ReadErrors.byteLength);
  t.end();
});
