/** Recorded nodes of test-fixtures/nodes, found by reading the directory: whatever is made of them is valid. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { nodeNames, NODES } from '../../../agent/test/harness/expected-output.ts';
import { fgm } from '../fgm-process.ts';

for (const name of nodeNames()) {
  t.test(`what a replay of ${name} writes is valid`, async (t) => {
    const out = join(t.testdir({}), 'out');
    const flags = ['--rotation', '20s', '--output-dir', out];
    const replay = await fgm(t, ['replay', join(fileURLToPath(NODES), name), ...flags]);
    t.same([replay.code, replay.stderr], [0, '']);
    const { code, stdout } = await fgm(t, ['validate', out]);
    t.equal(code, 0, stdout);
    t.match(stdout, /: 0 errors, 0 warnings/);
  });
}
