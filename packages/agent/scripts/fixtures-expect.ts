/**
 * Writes what a replay of each recorded node gives: test-fixtures/nodes/NAME/expected. A change of it is a change of what
 * recordings hold, and goes into the same commit.
 *
 *     npm run fixtures:expect [-- NAME…]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectedOutput, nodeNames, NODES } from '../test/harness/expected-output.ts';

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : nodeNames()) {
  const fixture = join(fileURLToPath(NODES), name);
  const work = mkdtempSync(join(tmpdir(), 'fgm-expect-'));
  try {
    const texts = await expectedOutput(fixture, join(work, 'data'));
    const directory = join(fixture, 'expected');
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
    for (const [file, text] of texts) writeFileSync(join(directory, file), text);
    process.stdout.write(`${name}: ${texts.get('files.txt')!.trim().split('\n').length} files\n`);
  } finally {
    rmSync(work, { recursive: true });
  }
}
