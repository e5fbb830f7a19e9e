import t from 'tap';
import { checkClock } from '../../src/doctor/clock.ts';
import { examined, writeFiles } from './machine-of-files.ts';

const SOURCE = 'sys/devices/system/clocksource/clocksource0/current_clocksource';

t.test('clock source and time daemon', (t) => {
  const root = t.testdir({});
  writeFiles(root, { [SOURCE]: 'tsc\n', 'proc/7/comm': 'chronyd\n' });
  t.match(checkClock(examined(root)), [
    { status: 'ok', finding: 'tsc' },
    { status: 'ok', finding: 'kept by chronyd' },
  ]);
  writeFiles(root, { [SOURCE]: 'hpet\n', 'proc/7/comm': 'bash\n' });
  t.match(checkClock(examined(root)), [
    { status: 'warn', finding: 'hpet is slow to read' },
    { status: 'warn', finding: /no time daemon/ },
  ]);
  t.match(checkClock(examined(t.testdir({ empty: {} })))[1], { status: 'ok', finding: 'not known' });
  t.end();
});
