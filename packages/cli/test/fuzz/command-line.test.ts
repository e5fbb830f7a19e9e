/** Whatever is typed: the command ends with one of its three codes, and says in one line what was wrong, never where. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import type { Terminal } from '../../src/commands/command.ts';
import { hidepidOf } from '../../src/doctor/process-access.ts';
import { kernelVersion } from '../../src/doctor/kernel.ts';
import { run } from '../../src/run.ts';

const root = t.testdir({ empty: {}, file: 'no Parquet', 'bad.parquet': 'PAR1', data: { 'index.json': '{' } });
mkdirSync(join(root, 'fixture'));
writeFileSync(join(root, 'fixture', 'manifest.json'), '{"schema_version": 1, "chunks": [null]}');

/** Only paths below `root`: a command may write where it is told to. */
const path = fc
  .constantFrom('', 'empty', 'file', 'bad.parquet', 'data', 'fixture', 'none', 'file/x', 'x'.repeat(300), 'a b\n')
  .map((name) => join(root, name));
const value = fc.oneof(
  fc.constantFrom('max', '0', '-1', '1e3', '1GiB', 'NaN', '', 'off', 'table', 'json', 'csv', 'SELECT 1', '; --', "'"),
  fc.constantFrom('SELECT', 'SELECT * FROM containers', 'DROP TABLE containers', '٣', '\0', '\ud800', '9'.repeat(400)),
  path,
);
const word = fc.oneof(
  { weight: 3, arbitrary: path },
  { weight: 2, arbitrary: value },
  { weight: 1, arbitrary: fc.constantFrom('--', '-', '--json', '--closed', '--dry-run', '--no-such', '-o', '--help') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('--format', '--speed', '--rotation', '--retention-bytes', '--scope', '--memory'), value)
      .map(([flag, text]) => `${flag}=${text}`),
  },
);
/** Commands that end by themselves; a recording is only asked for in ways that are refused. */
const command = fc.oneof(
  fc.constantFrom('query', 'inspect', 'validate', 'consolidate', 'replay').map((name) => [name]),
  fc.constant(['replay', '--output-dir', join(root, 'replayed')]),
  fc.constantFrom('0', '', '1e6', '-5', '1000001').map((ticks) => ['record', '--ticks', ticks]),
  fc.constantFrom(['help'], ['no-such'], [], ['--version'], ['help', 'no-such']),
);

/** A terminal that keeps what is written to it. */
function terminal(): Terminal & { readonly text: (name: 'stdout' | 'stderr') => string } {
  const streams = { stdout: new PassThrough({ highWaterMark: 1 << 24 }), stderr: new PassThrough() };
  const asTerminal = (stream: PassThrough): NodeJS.WriteStream => stream as unknown as NodeJS.WriteStream;
  return {
    stdout: asTerminal(streams.stdout),
    stderr: asTerminal(streams.stderr),
    env: {},
    text: (name) => String(streams[name].read() ?? ''),
  };
}

t.test('arguments', (t) =>
  holds(
    t,
    fc.asyncProperty(command, fc.array(word, { maxLength: 4 }), async (start, words) => {
      const screen = terminal();
      const code = await run([...start, ...words], screen);
      const complaint = screen.text('stderr');
      if (![0, 1, 2].includes(code)) throw new Error(`ended with ${code}`);
      if (/\n\s+at \S+ \(|TypeError|ReferenceError|undefined|\[object/.test(complaint)) throw new Error(complaint);
      if (code === 2 && complaint === '') throw new Error('refused without a word');
      return code === 0 || complaint !== '' || screen.text('stdout') !== '';
    }),
    200,
  ),
);

const digits = fc.constantFrom('6', '.', '12', '-rc1', 'v', ' ', '0', '9'.repeat(400), '\n', '٣');

t.test('releases of kernels', (t) =>
  holds(
    t,
    fc.property(fc.array(digits, { maxLength: 6 }), (parts) => {
      const found = kernelVersion(parts.join(''));
      return found === undefined || found.every((number) => number >= 0);
    }),
  ),
);

const mount = fc.constantFrom('proc', '/proc', ' ', 'rw,hidepid=2,gid=5', 'hidepid=invisible', 'xhidepid=1', '0', '\n');

t.test('tables of mounts', (t) =>
  holds(
    t,
    fc.property(fc.array(mount, { maxLength: 20 }), (parts) => {
      const text = parts.join('');
      const found = hidepidOf(text, '/proc');
      return found === undefined || text.includes(`hidepid=${found}`);
    }),
  ),
);
