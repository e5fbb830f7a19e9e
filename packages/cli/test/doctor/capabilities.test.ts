import t from 'tap';
import { checkCapabilities, hasCapability, hasPtrace } from '../../src/doctor/capabilities.ts';
import { examined, writeFiles } from './machine-of-files.ts';

t.test('bits of a set, above 32 as well', (t) => {
  t.ok(hasCapability('0000000000080000', 19));
  t.notOk(hasCapability('0000000000080000', 18));
  t.ok(hasCapability('000001ffffffffff', 40));
  t.notOk(hasCapability('0000000000000000', 0));
  t.end();
});

t.test('what each missing one costs', (t) => {
  const root = t.testdir({});
  const check = (set: string): unknown => {
    writeFiles(root, { 'proc/self/status': `Name:\tfgm\nCapPrm:\tffff\nCapEff:\t${set}\n` });
    return checkCapabilities(examined(root))[0];
  };
  t.match(check('000001ffffffffff'), { status: 'ok' });
  t.ok(hasPtrace(`${root}/proc`));
  t.match(check('0000000000000004'), {
    status: 'warn',
    finding: 'without SYS_PTRACE',
    cost: /no PSS/,
    remedy: /CAP_SYS_PTRACE/,
  });
  t.notOk(hasPtrace(`${root}/proc`));
  t.match(check('0000000000000000'), { status: 'warn', finding: 'without SYS_PTRACE and DAC_READ_SEARCH' });
  t.match(checkCapabilities(examined(t.testdir({ empty: {} })))[0], { status: 'warn', finding: 'cannot be read' });
  t.end();
});
