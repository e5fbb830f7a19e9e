import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import t from 'tap';
import { BIN, fgm } from './fgm-process.ts';

t.test('version and help', async (t) => {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  t.match(await fgm(t, ['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  const help = await fgm(t, ['help']);
  t.equal(help.code, 0);
  for (const command of ['up', 'monitor', 'query', 'export', 'inspect', 'validate', 'doctor']) {
    t.match(help.stdout, new RegExp(`^  ${command} .*\\w`, 'm'), command);
    const one = await fgm(t, ['help', command]);
    t.equal(one.code, 0);
    t.match(one.stdout, new RegExp(`^Usage: fgm ${command} `));
    t.same((await fgm(t, [command, '--help'])).stdout, one.stdout);
  }
  const bare = await fgm(t, []);
  t.equal(bare.code, 2, 'no command');
  t.match(bare.stderr, /^Usage: fgm/);
});

t.test('the help of monitor says every flag, its variable and its default', async (t) => {
  // Help is wrapped to the width of the terminal.
  const help = async (command: string): Promise<string> =>
    (await fgm(t, [command, '--help'])).stdout.replaceAll(/\s+/g, ' ');
  const monitor = await help('monitor');
  t.match(
    monitor,
    '--interval <duration> Time between two samples, aligned to the wall clock. [FGM_INTERVAL, default 1s]',
  );
  t.match(monitor, '--output-dir <path> Directory that takes the recording. [FGM_OUTPUT_DIR, default /data]');
  t.match(monitor, 'Taken again on SIGHUP: rotation, ');
  t.match(await help('up'), '--data-dir <path> Directory that takes the recording. [FGM_DATA_DIR, default ./data]');
});

/** Arguments, and the one line of complaint. */
const USAGE: readonly (readonly [readonly string[], RegExp])[] = [
  [['monitr'], /^fgm: unknown command 'monitr' \(Did you mean monitor\?\)$/],
  [['import', 'x'], /^fgm: unknown command 'import'/],
  [['export', 'x'], /^fgm: required option '-o, --output <file>' not specified$/],
  [['monitor', '--intervall', '1s'], /^fgm: unknown option '--intervall' \(Did you mean --interval\?\)$/],
  [['monitor', '--interval'], /^fgm: option '--interval <duration>' argument missing$/],
  [
    ['monitor', '--interval', '10ms'],
    /^fgm: --interval: "10ms" is not valid; wanted a duration of whole milliseconds from 50ms to 1m, such as 1s$/,
  ],
  [['monitor', 'extra'], /^fgm: too many arguments for 'monitor'/],
  [
    ['monitor', '--config', '/nonexistent.yaml'],
    /^fgm: \/nonexistent\.yaml: cannot be read \(ENOENT\); wanted a YAML file$/,
  ],
  [
    ['up', '--data-dir', 'a', '--output-dir', 'b'],
    /^fgm: --data-dir and --output-dir are the same setting; give one of them$/,
  ],
  [['query'], /^fgm: missing required argument 'dir-and-sql'$/],
  [['query', 'data'], /^fgm: query: wanted DIR… and then SQL, such as: .*$/],
  [
    ['query', 'a', 'b', '--format', 'xml'],
    /^fgm: option '--format <format>' argument 'xml' is invalid\. Allowed choices are table, csv, json\.$/,
  ],
  [
    ['query', 'data', '-- why\nSELECT 1'],
    /^fgm: unknown option '-- why SELECT 1'; .*put -- in front of DIR: fgm query -- DIR/,
  ],
  [['inspect'], /^fgm: missing required argument 'path'$/],
  [['validate', 'a', 'b'], /^fgm: too many arguments for 'validate'/],
  [['doctor', '--memory', 'some'], /^fgm: --memory: "some" is not valid; wanted one of rollup, full, off$/],
];

t.test('what is asked wrongly is exit 2 and one line', async (t) => {
  for (const [args, message] of USAGE) {
    const { code, stdout, stderr } = await fgm(t, args);
    t.equal(code, 2, args.join(' '));
    t.match(stderr, /^[^\n]+\n$/, 'one line');
    t.match(stderr.trimEnd(), message);
    t.equal(stdout, '');
  }
});

t.test('variables and files are told from flags', async (t) => {
  const config = join(t.testdir({ 'fgm.yaml': '# comment\nscope: pods\n' }), 'fgm.yaml');
  t.match(await fgm(t, ['monitor'], { FGM_ROTATION: '1' }), {
    code: 2,
    stderr: /^fgm: FGM_ROTATION: "1" is not valid; wanted a duration/,
  });
  t.match(await fgm(t, ['monitor'], { FGM_CONFIG: config }), {
    code: 2,
    stderr: `fgm: ${config}:2: scope: "pods" is not valid; wanted one of containers, all, auto\n`,
  });
});

t.test('a data directory that cannot be one is exit 1 and one line', async (t) => {
  const directory = t.testdir({ file: 'x' });
  for (const args of [
    ['monitor', '--output-dir', join(directory, 'file')],
    ['monitor', '--output-dir', join(directory, 'file/below')],
    ['monitor', '--output-dir', '/proc/self'],
    ['query', join(directory, 'none'), 'SELECT 1'],
    ['query', join(directory, 'file'), 'SELECT 1'],
    ['query', directory, 'SELECT 1'],
  ]) {
    const { code, stderr } = await fgm(t, [
      ...args,
      ...(args[0] === 'monitor' ? ['--listen', 'off', '--duration', '1s'] : []),
    ]);
    t.equal(code, 1, args.join(' '));
    t.match(stderr, /^fgm: [^\n]+\n$/);
  }
});

t.test('an old Node is refused before it meets syntax that it does not know', async (t) => {
  const preload =
    'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.11.1"}})';
  const child = spawn(process.execPath, ['--import', preload, BIN, '--version']);
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  t.equal(code, 1);
  t.match(stderr, /^fgm: Node\.js 20\.11\.1 is too old; wanted 22\.18 or newer \(found at .*\)\n$/);
});

t.test('output that cannot be written is exit 1 and one line', async (t) => {
  const full = openSync('/dev/full', 'w');
  t.teardown(() => closeSync(full));
  for (const args of [['--version'], ['help'], ['help', 'query'], ['doctor'], ['doctor', '--json']]) {
    const child = spawn(process.execPath, [BIN, ...args], {
      env: { ...process.env, FGM_SOURCE: '1' },
      stdio: ['ignore', full, 'pipe'],
    });
    let stderr = '';
    child.stderr!.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    t.equal(await new Promise((resolve) => child.on('close', resolve)), 1, args.join(' '));
    t.equal(stderr, 'fgm: cannot write the output: ENOSPC, no space left on device\n');
  }
});

t.test('whoever stops reading stops nothing', async (t) => {
  const child = spawn(process.execPath, [BIN, 'monitor', '--help'], {
    env: { ...process.env, FGM_SOURCE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  t.equal(await new Promise((resolve) => child.on('close', resolve)), 0);
  t.equal(stderr, '');
});
