import t from 'tap';
import { checkMachine } from '../../src/doctor/machine.ts';

t.test('the runtime and the machine', (t) => {
  t.match(checkMachine(2 ** 34), [
    { status: 'ok', finding: new RegExp(`^Node.js ${process.versions.node}`) },
    { status: 'ok', finding: /CPU.* 16 GiB of memory/ },
  ]);
  t.match(checkMachine(2 ** 28)[1], { status: 'warn', cost: /160 MiB/ });
  t.end();
});
