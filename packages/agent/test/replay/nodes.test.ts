/** Recorded nodes of test-fixtures/nodes, found by reading the directory: a replay gives the very bytes that are expected. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { expectedOutput, nodeNames, NODES } from '../harness/expected-output.ts';

const HOW = 'npm run fixtures:expect makes them anew';
/** Of all recordings together, so that a checkout stays small. */
const MOST_BYTES = 30 * 2 ** 20;

t.test('recordings are small enough for a checkout', async (t) => {
  const directory = fileURLToPath(new URL('../', NODES));
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  t.ok(bytes < MOST_BYTES, `${bytes} bytes`);
});

for (const name of nodeNames()) {
  t.test(`${name} is recorded again as expected`, async (t) => {
    const fixture = join(fileURLToPath(NODES), name);
    const directory = join(fixture, 'expected');
    if (!existsSync(directory)) {
      t.fail(`${name} has no expected/: npm run fixtures:expect -- ${name} makes it`);
      return;
    }
    const texts = await expectedOutput(fixture, join(t.testdir({}), 'data'));
    t.same([...texts.keys()].toSorted(), readdirSync(directory).toSorted(), HOW);
    for (const [file, text] of texts) t.equal(text, readFileSync(join(directory, file), 'utf8'), `${file}: ${HOW}`);
  });
}
