import { hasProgram, NOBODY, run, whyNotAsNobody } from '@fgm/testkit';
import * as fs from 'node:fs';
import * as path from 'node:path';
import t from 'tap';
import { unwritableDirectory } from '../src/writable.ts';

const DIRECTORIES = ['spool', 'spool/run-1', 'dt=2026-11-20', 'dt=2026-11-20/identifier=box'];
const NOT_OURS = ['dt=2026-11-20/identifier=other', 'lost+found'];
const SOURCE = new URL('../src/writable.ts', import.meta.url).href;
const LOOK = `import { unwritableDirectory } from ${JSON.stringify(SOURCE)};
process.stdout.write(String(unwritableDirectory(process.argv[1], 'box')));`;
const skip = whyNotAsNobody(import.meta.dirname) || (!hasProgram('setpriv') && 'setpriv changes the user');

/** The kernel answers for the user that a process is from its start. */
function asNobody(directory: string): string {
  const user = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups', process.execPath];
  const args = [...user, '--no-warnings', '--conditions=@fgm/source', '--input-type=module', '-e', LOOK, directory];
  return run('setpriv', args, { env: { ...process.env, NODE_OPTIONS: '' } });
}

t.test('the first directory that another user may not write is named', { skip }, (t) => {
  const directory = t.testdir();
  const at = (name: string): string => path.join(directory, name);
  for (const name of [...DIRECTORIES, ...NOT_OURS]) fs.mkdirSync(at(name), { recursive: true });
  t.equal(unwritableDirectory(directory, 'box'), null, 'root, with all its capabilities, may');
  t.equal(asNobody(directory), directory);
  fs.chmodSync(directory, 0o777);
  const closed = DIRECTORIES.map(at);
  while (closed.length > 0) {
    const named = asNobody(directory);
    if (!t.ok(closed.includes(named), `${named} is one of ${closed.length}`)) break;
    closed.splice(closed.indexOf(named), 1);
    fs.chmodSync(named, 0o777);
  }
  t.equal(asNobody(directory), 'null', 'what others have made is none of its business');
  t.end();
});

t.test('what is not there is not forbidden', (t) => {
  t.equal(unwritableDirectory(t.testdir({ 'dt=2026-11-20': {}, spool: 'a file' }), 'box'), null);
  t.end();
});
