import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readDelayAccounting } from '../src/delay-accounting.ts';

const root = t.testdir();

t.equal(readDelayAccounting(root), true, 'a kernel before 5.14 has no switch and measures');
mkdirSync(join(root, 'sys/kernel'), { recursive: true });
for (const [text, measured] of [
  ['0\n', false],
  ['1\n', true],
  ['', false],
] as const) {
  writeFileSync(join(root, 'sys/kernel/task_delayacct'), text);
  t.equal(readDelayAccounting(root), measured, JSON.stringify(text));
}
