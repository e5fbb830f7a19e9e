/** `fgm doctor` as a user with few rights, on this machine. */
import { hasProgram, NOBODY, whyNotAsNobody } from '@fgm/testkit';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Check } from '../../src/doctor/check.ts';

const BIN = fileURLToPath(new URL('../../bin/fgm.js', import.meta.url));
const skip = whyNotAsNobody(import.meta.dirname) || (!hasProgram('setpriv') && 'setpriv sets the capabilities');

interface Examination {
  readonly code: number;
  readonly check: (name: string) => Check | undefined;
}

function doctor(rights: readonly string[], directory: string): Promise<Examination> {
  const args = [...rights, process.execPath, BIN, 'doctor', '--json', '--listen', 'off', '--output-dir', directory];
  const env = { PATH: process.env['PATH'], FGM_SOURCE: '1' };
  return new Promise((resolve) => {
    execFile('setpriv', args, { env, encoding: 'utf8' }, (error, stdout) => {
      const { checks } = JSON.parse(stdout) as { checks: Check[] };
      const code = typeof error?.code === 'number' ? error.code : 0;
      resolve({ code, check: (name) => checks.find((one) => one.name === name) });
    });
  });
}

const only = (set: string): string[] => ['--inh-caps', set, '--bounding-set', set];
const IO = 'process io';
const ROLLUP = 'process smaps_rollup';

/** Some machines hide a process from everybody, so there may always be one. */
function refusals(check: Check | undefined): number {
  return Number(/^refused for (\d+) of/.exec(check?.finding ?? '')?.[1] ?? 0);
}

t.test('what a set of capabilities costs is named, and what grants it', { skip }, async (t) => {
  const directory = t.testdir();
  const both = await doctor(only('-all,+sys_ptrace,+dac_read_search'), directory);
  for (const name of ['SYS_PTRACE', 'DAC_READ_SEARCH', 'data directory']) t.equal(both.check(name)?.status, 'ok', name);
  t.equal(both.code, 0);

  const none = await doctor(only('-all'), directory);
  t.match(none.check('SYS_PTRACE'), {
    status: 'warn',
    cost: /exe, io_\* \(7\), smaps_rollup_\*/,
    remedy: /CAP_SYS_PTRACE/,
  });
  t.match(none.check('DAC_READ_SEARCH'), { status: 'warn', cost: /io_\* \(7\)/ });
  t.match(none.check(ROLLUP), { status: 'warn', cost: /smaps_rollup_\*/, remedy: /with CAP_SYS_PTRACE \(/ });
  t.match(none.check(IO), { status: 'warn', remedy: /CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH/ });
  for (const name of [ROLLUP, IO, 'process exe', 'process pagemap']) {
    t.ok(refusals(none.check(name)) > refusals(both.check(name)), `more are refused ${name}`);
  }
  t.equal(none.code, 0, 'a recorder works all the same');
});

t.test('what a recorder of another user has left', { skip }, async (t) => {
  const directory = t.testdir();
  mkdirSync(join(directory, 'spool'));
  const user = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'];
  const { check, code } = await doctor(user, directory);
  t.match(check('data directory'), { status: 'fail', finding: /cannot be written/ });
  t.equal(code, 1);
});
