import { whyNotAsNobody } from '@fgm/testkit';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { checkProcessAccess, hidepidOf } from '../../src/doctor/process-access.ts';
import { examined, writeFiles } from './machine-of-files.ts';

const MOUNTS =
  'proc /proc proc rw,nosuid 0 0\nproc /host/proc proc rw,relatime,hidepid=invisible,gid=4 0 0\nproc /old proc rw,hidepid=2 0 0\n';

t.test('hidepid is that of the procfs that is looked at', (t) => {
  t.equal(hidepidOf(MOUNTS, '/proc'), undefined);
  t.equal(hidepidOf(MOUNTS, '/host/proc'), 'invisible');
  t.equal(hidepidOf(MOUNTS, '/old'), '2');
  t.equal(hidepidOf('', '/proc'), undefined);
  t.end();
});

function writeProcess(root: string, pid: number): void {
  const files = {
    comm: 'nginx\n',
    cmdline: 'nginx\0',
    status: 'VmRSS:\t1 kB\n',
    smaps_rollup: 'Pss: 1 kB\n',
    pagemap: '',
    io: 'rchar: 1\n',
  };
  for (const [name, content] of Object.entries(files)) writeFiles(root, { [`proc/${pid}/${name}`]: content });
  symlinkSync('/usr/sbin/nginx', join(root, `proc/${pid}/exe`));
}

t.test('everything can be read', (t) => {
  const root = t.testdir({});
  writeProcess(root, 40);
  writeFiles(root, { 'proc/2/comm': 'kthreadd\n', 'proc/2/cmdline': '', 'proc/2/status': 'Name: kthreadd\n' });
  const checks = checkProcessAccess(examined(root));
  t.same(
    checks.map(({ name, status, finding }) => [name, status, finding]),
    [
      ['hidepid', 'ok', `${root}/proc hides no process`],
      ['process smaps_rollup', 'ok', 'read for 1 of 1 processes, refused for none'],
      ['process pagemap', 'ok', 'read for 1 of 1 processes, refused for none'],
      ['process io', 'ok', 'read for 1 of 1 processes, refused for none'],
      ['process exe', 'ok', 'read for 1 of 1 processes, refused for none'],
    ],
  );
  t.same(
    checkProcessAccess(examined(root, { memory: 'off' })).map(({ name }) => name),
    ['hidepid', 'process io', 'process exe'],
    'what is not wanted is not tried',
  );
  t.end();
});

/** Root is refused nothing, so root looks with the eyes of nobody. */
function asNobody<T>(look: () => T): T {
  if (process.getuid?.() !== 0) return look();
  process.seteuid?.(65_534);
  try {
    return look();
  } finally {
    process.seteuid?.(0);
  }
}

t.test('what is refused is named', { skip: process.getuid?.() === 0 && whyNotAsNobody(import.meta.dirname) }, (t) => {
  const root = t.testdir({});
  writeProcess(root, 40);
  chmodSync(join(root, 'proc/40/io'), 0);
  const check = (set: string): unknown => {
    writeFiles(root, { 'proc/self/status': `CapEff:\t${set}\n` });
    return asNobody(() => checkProcessAccess(examined(root)).find(({ name }) => name === 'process io'));
  };
  const refused = { status: 'warn', finding: 'refused for 1 of 1 processes, such as 40 (nginx)', cost: /io_\* \(7\)$/ };
  t.match(check('0000000000000000'), { ...refused, remedy: /CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH/ });
  t.match(check('0000000000080000'), { ...refused, remedy: /with CAP_DAC_READ_SEARCH / });
  t.match(check('0000000000080004'), { ...refused, remedy: /security module/ }, 'the capabilities are there');
  t.end();
});

t.test('nobody else is there', (t) => {
  const root = t.testdir({ proc: {} });
  t.match(checkProcessAccess(examined(root)), [
    { name: 'processes', status: 'warn', remedy: /PID namespace of the host/ },
  ]);
  t.same(checkProcessAccess(examined(join(root, 'none'))), [], 'no procfs: said elsewhere');
  t.end();
});
