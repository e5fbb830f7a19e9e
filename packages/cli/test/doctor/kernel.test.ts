import t from 'tap';
import { checkKernel, checkRelease, kernelVersion, PROC_SUPER_MAGIC } from '../../src/doctor/kernel.ts';
import { examined, writeFiles } from './machine-of-files.ts';

t.test('releases', (t) => {
  t.same(kernelVersion('6.1.0-28-amd64'), [6, 1]);
  t.same(kernelVersion('5.15.167.4-microsoft-standard-WSL2'), [5, 15]);
  t.equal(kernelVersion('next'), undefined);
  t.end();
});

t.test('what a kernel lacks, and what that costs', (t) => {
  t.match(checkRelease('6.12.1'), { status: 'ok' });
  t.match(checkRelease('7.0.0'), { status: 'ok' });
  t.match(checkRelease('6.8.0-45-generic'), {
    status: 'warn',
    finding: /^6\.8\.0-45-generic is older than memory.peak that can be reset \(6\.12\)$/,
  });
  t.match(checkRelease('4.18.0-553.el8'), {
    status: 'warn',
    finding: /PSI/,
    cost: /pressure columns are null; memory_peak_bytes is null/,
  });
  t.notMatch(checkRelease('4.18.0').finding, /smaps_rollup/);
  t.match(checkRelease('unknown'), { status: 'warn' });
  t.end();
});

t.test('procfs and PSI', (t) => {
  const root = t.testdir({});
  t.match(checkKernel(examined(root)).slice(1), [
    { name: 'proc', status: 'fail', finding: /ENOENT/, remedy: /--proc-root/ },
    { name: 'pressure', status: 'warn', finding: 'this kernel has no PSI', remedy: /psi=1/ },
  ]);
  writeFiles(root, { 'proc/self/stat': '1 (x) S', 'proc/pressure/memory': 'some avg10=0.00' });
  t.match(checkKernel(examined(root), () => PROC_SUPER_MAGIC).slice(1), [
    { status: 'ok' },
    { status: 'ok', finding: 'PSI is on' },
  ]);
  t.match(
    checkKernel(examined(root))[1],
    { status: 'fail', finding: /\/proc is not procfs$/ },
    'files that look like it',
  );
  t.match(checkKernel(examined(root, { procRoot: '/proc/self' }))[1], {
    status: 'fail',
    finding: /a directory in procfs/,
  });
  t.match(checkKernel(examined(root, { procRoot: '/proc' }))[1], { status: 'ok' });
  t.end();
});
