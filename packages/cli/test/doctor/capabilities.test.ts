import t from 'tap';
import { checkCapabilities, missingHere } from '../../src/doctor/capabilities.ts';
import { examined, writeFiles } from './machine-of-files.ts';

t.test('what each missing one costs, and what grants it', (t) => {
  const root = t.testdir({});
  const checks = (set: string): unknown => {
    writeFiles(root, { 'proc/self/status': `Name:\tfgm\nCapPrm:\tffff\nCapEff:\t${set}\n` });
    return checkCapabilities(examined(root));
  };
  const ptrace = { name: 'SYS_PTRACE', status: 'warn', finding: 'missing' };
  const search = { name: 'DAC_READ_SEARCH', status: 'warn', finding: 'missing' };
  t.match(checks('000001ffffffffff'), [{ status: 'ok' }, { status: 'ok' }]);
  t.match(checks('0000000000000004'), [
    { ...ptrace, cost: /exe, io_\* \(7\), smaps_rollup_\*.*; no row in mappings/, remedy: /add \[SYS_PTRACE\]/ },
    { status: 'ok', finding: 'granted' },
  ]);
  t.same(
    missingHere(`${root}/proc`)?.map(({ name }) => name),
    ['SYS_PTRACE'],
  );
  t.match(checks('0000000000080000'), [
    { status: 'ok' },
    { ...search, cost: /^null for processes of other users: io_\* \(7\);/, remedy: /--cap-add DAC_READ_SEARCH/ },
  ]);
  t.match(checks('0000000000000000'), [ptrace, search]);
  t.match(checkCapabilities(examined(t.testdir({ empty: {} })))[0], { status: 'warn', finding: 'cannot be read' });
  t.end();
});
