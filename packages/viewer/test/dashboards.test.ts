/** Dashboards of a directory, whatever else is in it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { appOf, ask } from './recorded.ts';

t.test('dashboards of a directory, and nothing else of the machine', async (t) => {
  const directory = t.testdir({
    dashboards: { 'leak.json': '{"schema_version": 1}', 'broken.json': '{', 'text.txt': '', '.hidden.json': '{}' },
    'secret.json': '{"password": "no"}',
  });
  const dashboards = join(directory, 'dashboards');
  mkdirSync(join(dashboards, 'folder.json'));
  execFileSync('mkfifo', [join(dashboards, 'fifo.json')]);
  writeFileSync(join(dashboards, 'large.json'), '');
  truncateSync(join(dashboards, 'large.json'), 10_000_000_000);
  symlinkSync('nowhere', join(dashboards, 'dangling.json'));
  writeFileSync(join(dashboards, 'list.json'), '[1]');
  writeFileSync(join(dashboards, 'deep.json'), `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
  const app = await appOf(t, [directory], { dashboards });
  t.same((await ask(app, 'dashboards')).body, {
    dashboards: ['broken', 'dangling', 'deep', 'fifo', 'folder', 'large', 'leak', 'list'],
  });
  t.same((await ask(app, 'dashboards/leak')).body, { schema_version: 1 });
  t.same((await ask(app, 'dashboards/leak.json')).body, { schema_version: 1 });
  t.equal((await ask(app, 'dashboards/deep')).status, 200, 'as deep as it may be: the page judges it');
  t.match(await ask(app, 'dashboards/broken'), {
    status: 422,
    body: { error: { message: /broken\.json is not JSON/ } },
  });
  for (const [name, wrong] of [
    ['folder', /folder\.json is no file/],
    ['fifo', /fifo\.json is no file/],
    ['large', /large\.json has 10000000000 bytes/],
    ['dangling', /dangling\.json cannot be read: ENOENT/],
    ['list', /list\.json is no object/],
  ] as const) {
    t.match(await ask(app, `dashboards/${name}`), { status: 422, body: { error: { message: wrong } } }, name);
  }
  for (const name of ['none', '..%2Fsecret', '%2e%2e%2fsecret', '.hidden', 'text.txt', '%00']) {
    t.match(await ask(app, `dashboards/${name}`), { status: 404 }, name);
  }
  const without = await appOf(t, [directory]);
  t.match(await ask(without, 'dashboards/leak'), { status: 404, body: { error: { message: /--dashboards DIR/ } } });
});
