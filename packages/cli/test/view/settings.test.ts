/** Where a viewer's settings come from. */
import { join } from 'node:path';
import { resolveSettings } from '@fgm/agent/config';
import t from 'tap';
import { VIEW_SETTINGS, type ViewConfig } from '../../src/view/settings.ts';
import { fgm } from '../fgm-process.ts';

const resolve = (flags: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): ViewConfig =>
  resolveSettings<ViewConfig>(VIEW_SETTINGS, { flags, env, hostname: 'box' }).config;

t.test('a flag beats its variable, a variable the file, the file the default', async (t) => {
  const config = join(
    t.testdir({
      'view.yaml': 'listen: 127.0.0.1:1\ntoken: of-the-file\nsql-time: 5s\nsql-memory: off\ndashboards: /d\n',
    }),
    'view.yaml',
  );
  t.same(resolve({}), {
    listen: { host: '127.0.0.1', port: 8050 },
    token: null,
    dashboards: null,
    sqlMs: 30_000,
    sqlMemoryBytes: 384 * 2 ** 20,
    exportMemoryBytes: 2 * 2 ** 30,
  });
  const ofFile = {
    listen: { host: '127.0.0.1', port: 1 },
    token: 'of-the-file',
    dashboards: '/d',
    sqlMs: 5_000,
    sqlMemoryBytes: null,
    exportMemoryBytes: 2 * 2 ** 30,
  };
  t.same(resolve({ config }), ofFile);
  t.same(resolve({}, { FGM_CONFIG: config }), ofFile);
  const env = { FGM_CONFIG: config, FGM_TOKEN: 'of-the-environment', FGM_SQL_MEMORY: '1GiB', FGM_SQL_TIME: '7s' };
  t.match(resolve({ 'sql-time': '9s' }, env), { token: 'of-the-environment', sqlMemoryBytes: 2 ** 30, sqlMs: 9_000 });
});

t.test('what cannot be used is said, by file and line', async (t) => {
  const directory = t.testdir({ 'a.yaml': 'listen: :0\ninterval: 1s\n', 'b.yaml': 'sql-memory: 1MiB\n' });
  t.throws(() => resolve({ config: join(directory, 'a.yaml') }), { message: /a\.yaml:2: unknown key "interval"/ });
  t.throws(() => resolve({ config: join(directory, 'b.yaml') }), {
    message: /b\.yaml:1: sql-memory: "1MiB" is not valid; wanted a size of at least 224MiB.*, or off/,
  });
  t.throws(() => resolve({}, { FGM_LISTEN: 'off' }), { message: /FGM_LISTEN: "off" is not valid/ });
  t.match(await fgm(t, ['view', directory, '--config', join(directory, 'a.yaml')]), {
    code: 2,
    stderr: /a\.yaml:2: unknown key/,
  });
  const short = await fgm(t, ['view', directory], { FGM_TOKEN: 'geheim' });
  t.match(short, { code: 2, stderr: /--token: wanted at least 8/ });
  t.notMatch(short.stderr, /geheim/, 'it is a secret');
});
