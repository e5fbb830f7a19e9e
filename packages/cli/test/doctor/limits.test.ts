import t from 'tap';
import { checkLimits } from '../../src/doctor/limits.ts';
import { examined, writeFiles } from './machine-of-files.ts';

function machine(root: string, files: string, watches: number, instances: number): void {
  writeFiles(root, {
    'proc/self/limits': `Limit Soft Limit Hard Limit Units\nMax open files            ${files}    ${files}   files\n`,
    'proc/sys/fs/inotify/max_user_watches': `${watches}\n`,
    'proc/sys/fs/inotify/max_user_instances': `${instances}\n`,
    'proc/10/comm': 'a',
    'proc/11/comm': 'b',
  });
}

t.test('enough of everything', (t) => {
  const root = t.testdir({});
  machine(root, '1024', 8192, 128);
  t.match(checkLimits(examined(root), 10), [
    { name: 'open files', status: 'ok', finding: 'up to 1,024; all cgroups and processes of now would take 508' },
    { name: 'inotify', status: 'ok' },
  ]);
  machine(root, 'unlimited', 8192, 128);
  t.match(checkLimits(examined(root), 1000), [{ status: 'ok', finding: /^up to unlimited/ }, { status: 'ok' }]);
  t.end();
});

t.test('too little', (t) => {
  const root = t.testdir({});
  machine(root, '1024', 150, 128);
  t.match(checkLimits(examined(root), 100), [
    { name: 'open files', status: 'warn', cost: /opened for each read/, remedy: /RLIMIT_NOFILE to 4,096/ },
    { name: 'inotify', status: 'warn', cost: /scanning once a second/, remedy: /max_user_watches/ },
  ]);
  machine(root, '1024', 8192, 4);
  t.match(checkLimits(examined(root), 1)[1], { status: 'warn' });
  t.match(checkLimits(examined(t.testdir({ proc: {} })), 1), [{ status: 'warn' }, { status: 'warn' }]);
  t.end();
});
