import t from 'tap';
import { checkNames } from '../../src/doctor/names.ts';
import { examined } from './machine-of-files.ts';

t.test('where names come from', (t) => {
  const root = t.testdir({ var: { log: { pods: {} }, lib: { docker: { containers: {} } } } });
  t.match(checkNames(examined(root)), [
    { status: 'ok', finding: `from ${root}/var/log/pods, ${root}/var/lib/docker/containers` },
  ]);
  t.match(checkNames(examined(t.testdir({ empty: {} }))), [
    { status: 'ok', finding: /no container runtime has left files/ },
  ]);
  t.end();
});
