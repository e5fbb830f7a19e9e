import { constants } from 'node:os';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { isAbsence, isAbsenceNumber } from '../../src/names/absence.ts';

t.test('what is not there, as an error and as a number', (t) => {
  for (const code of ['ENOENT', 'ENOTDIR', 'ESRCH', 'ENODEV', 'EACCES', 'EIO', 'ELOOP'] as const) {
    const absent = !['EACCES', 'EIO', 'ELOOP'].includes(code);
    t.equal(isAbsence(Object.assign(new Error(code), { code })), absent, code);
    t.equal(isAbsenceNumber(-constants.errno[code]), absent, code);
  }
  t.notOk(isAbsence(new Error('none')));
  t.notOk(isAbsence(null));
  t.notOk(isAbsenceNumber(0));
  try {
    statSync(join(t.testdir({}), 'none'));
    t.fail('there is nothing');
  } catch (error) {
    t.ok(isAbsence(error));
  }
  t.end();
});
