import { cpSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { literal } from '../../src/duckdb/sql-text.ts';
import { BIN, fgm, startFgm } from '../fgm-process.ts';
import { fileOf, rewrite } from '../recorded.ts';
import { asked, exported, recordedRows, replayed, rowsIn } from './replayed.ts';

/** Arguments after `export`, and the one line of complaint. */
const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
  [['-o', 'x'], /missing required argument 'dir'/],
  [['DATA'], /required option '-o, --output <file>' not specified/],
  [['DATA', '-o', 'x', '--layout', 'tall'], /'tall' is invalid\. Allowed choices are wide, long\./],
  [['DATA', '-o', 'x', '--format', 'docx'], /'docx' is invalid\. Allowed choices are parquet, csv, html\./],
  [['DATA', '-o', 'x', '--format', 'html', '--layout', 'long'], /^fgm: --layout: a page is made of wide tables/],
  [['DATA', '-o', 'x', '--max-bytes', '1k'], /wanted a number of bytes/],
  [['DATA', '-o', 'x', '--from', 'soon'], /^fgm: --from: "soon" is not valid; wanted milliseconds since 1970/],
  [['DATA', '-o', 'x', '--to', "1' OR '1"], /^fgm: --to: "1' OR '1" is not valid/],
  [['DATA', '-o', 'x', '--from', '-1s', '--to', '-2s'], /^fgm: --from \S+Z is not before --to \S+Z$/],
  [['DATA', '-o', 'x', '--metrics', ','], /wanted names with commas between them/],
  [['DATA', '-o', 'x', '--metrics', 'nope'], /^fgm: --metrics: "nope" is no metric of .*docs\/metrics\.md/],
  [['DATA', '-o', 'x', '--metrics', 'node.pids_current'], /"node\.pids_current" is no metric/],
  [['DATA', '-o', 'x', '--metrics', 'container_id'], /"container_id" is no metric/],
  [
    ['DATA', '-o', 'x', '--tables', 'tables'],
    /^fgm: --tables: there is no table "tables"; wanted some of containers, /,
  ],
  [['DATA', '-o', 'x', '--tables', 'events', '--layout', 'long'], /events has no metrics; --layout wide has its rows/],
  [['DATA', '-o', 'x', '--containers', 'ffffff'], /^fgm: --containers: nothing is recorded of "ffffff"; .*fgm inspect/],
  [['DATA', '-o', 'x', '--namespace', ''], /wanted a name/],
  [['DATA', '-o', 'x', '--labels', 'app'], /wanted key=value, such as app=web/],
  [['DATA', '-o', 'x', '--labels', '=web'], /wanted key=value/],
  [['DATA', '-o', 'x', '--max-rows', '0'], /wanted a number of rows, from 1/],
  [['DATA', '-o', 'x', '--max-rows', '1e6'], /wanted a number of rows/],
  [['DATA', '-o', ''], /^fgm: --output: "" is not the name of a file$/],
  [['DATA', '-o', 'x/'], /^fgm: --output: "x\/" is not the name of a file$/],
  [['DATA', '-o', 'DATA'], /is a directory/],
  [['DATA', '-o', '/dev/null', '--force'], /\/dev\/null is no regular file/],
  [['DATA', '-o', 'DATA/x.parquet'], /data is a data directory, which only a recorder writes to/],
  [['DATA', '-o', 'DATA/spool/x.parquet', '--force'], /data is a data directory/],
  [['DATA', '-o', 'OTHER/x.parquet'], /other is a data directory/],
  [['DATA', '-o', 'LINK/x.parquet'], /data is a data directory/],
  [['DATA', '-o', 'DATA/wide', '--tables', 'containers,node'], /data is a data directory/],
  [['DATA', '-o', '-', '--tables', 'containers,node'], /standard output takes one table, not containers, node/],
];

t.test('what is asked wrongly is exit 2 and one line', async (t) => {
  const root = t.testdir({});
  const data = await replayed(t, 'v2');
  cpSync(data, join(root, 'other'), { recursive: true });
  symlinkSync(data, join(root, 'link'));
  const places: Readonly<Record<string, string>> = { DATA: data, OTHER: join(root, 'other'), LINK: join(root, 'link') };
  const before = readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted();
  for (const [words, message] of WRONG) {
    const args = words.map((word) =>
      word === 'x' ? join(root, 'x.parquet') : word.replace(/^(DATA|OTHER|LINK)/, (name) => places[name]!),
    );
    const { code, stdout, stderr } = await asked(['export', ...args]);
    t.equal(code, 2, words.join(' '));
    t.match(stderr, /^[^\n]+\n$/, 'one line');
    t.match(stderr.trimEnd(), message);
    t.equal(stdout, '');
  }
  t.same(readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted(), before, 'nothing was made');
});

t.test('reports, files that are there, and standard output', async (t) => {
  const root = t.testdir({});
  const data = await replayed(t, 'v2');
  const file = join(root, 'out.parquet');
  const { length } = await recordedRows(data, 'containers');
  const done = await fgm(t, ['export', data, '-o', file]);
  t.match(done, { code: 0, stderr: '' });
  t.match(
    done.stdout,
    new RegExp(`^${file}: ${length} rows of containers, \\d.* KiB\\nwide parquet, \\S+Z to \\S+Z\\n$`),
  );
  const { mtimeNs } = statSync(file, { bigint: true });
  t.match(await fgm(t, ['export', data, '-o', file]), { code: 2, stderr: /^fgm: --output: .*there already; --force/ });
  t.equal(statSync(file, { bigint: true }).mtimeNs, mtimeNs, 'as it was');
  const forced = await fgm(t, ['export', data, '-o', file, '--force', '--json', '--max-rows', '7']);
  t.match(JSON.parse(forced.stdout), { rows: 7, bytes: statSync(file).size, cut: { max_rows: 7, rows_found: length } });
  t.match(forced.stderr, `fgm: export: cut after 7 of ${length} rows, at `);
  t.equal((await rowsIn(file)).length, 7);
  const csv = await fgm(t, ['export', data, '-o', '-', '--format', 'csv', '--metrics', 'pids_current']);
  t.equal(csv.stdout.trimEnd().split('\n').length, length + 1);
  t.match(csv.stderr, `standard output: ${length} rows of containers`);
  t.same(readdirSync(root).toSorted(), ['data', 'out.parquet'], 'nothing is left aside');
});

/** Bytes that the command writes to a pipe, until somebody closes it. */
async function piped(
  args: readonly string[],
  most = Infinity,
): Promise<{ code: number | null; bytes: Buffer; stderr: string }> {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, NODE_OPTIONS: '', FGM_SOURCE: '1' } });
  const parts: Buffer[] = [];
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdout.on('data', (part: Buffer) => {
    parts.push(part);
    if (Buffer.concat(parts).length > most) child.stdout.destroy();
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, bytes: Buffer.concat(parts), stderr };
}

t.test('Parquet on standard output, and a reader that leaves', async (t) => {
  const root = t.testdir({});
  const data = await replayed(t, 'v2');
  const { code, bytes } = await piped(['export', data, '--layout', 'long', '-o', '-']);
  t.equal(code, 0);
  const file = join(root, 'received.parquet');
  writeFileSync(file, bytes);
  const report = await exported([data], join(root, 'direct.parquet'), { layout: 'long' });
  t.equal((await rowsIn(file)).length, report.rows);
  for (const format of ['csv', 'parquet']) {
    const many = Array.from({ length: 4 }, () => data);
    const left = await piped(['export', ...many, '--layout', 'long', '--format', format, '-o', '-'], 1000);
    t.match(left, { code: 1, stderr: '' }, `${format}: quietly`);
  }
});

const HOSTILE = [
  `'; DROP VIEW containers; --`,
  `' OR '1'='1`,
  `") UNION SELECT * FROM read_text('/etc/passwd') --`,
  'a\nb',
  '\\',
  '"',
  '$$',
  '%s',
];

t.test('hostile texts are texts', async (t) => {
  const root = t.testdir({});
  const data = await replayed(t, 'v2');
  const file = join(root, 'out.parquet');
  for (const text of HOSTILE) {
    for (const flag of ['--metrics', '--tables', '--containers', '--from']) {
      const { code, stderr } = await asked(['export', data, '-o', file, flag, text]);
      t.equal(code, 2, `${flag} ${text}`);
      t.match(stderr, /^[^\n]+\n$/);
      t.notMatch(stderr, /Parser Error|Binder Error|Permission/);
    }
    await t.rejects(exported([data], file, { namespace: text }), { message: /^no rows of what/ }, `namespace ${text}`);
    await t.rejects(
      exported([data], file, { labels: [[text, text]] }),
      { message: /^no rows of what/ },
      `labels ${text}`,
    );
    const directory = join(root, text.replaceAll('/', '_'));
    mkdirSync(directory);
    cpSync(data, join(directory, 'data'), { recursive: true });
    const output = join(directory, text.replaceAll('/', '_'));
    const report = await exported([join(directory, 'data')], output);
    t.equal((await rowsIn(output)).length, report.rows, `path ${text}`);
  }
  t.notOk(existsSync(file));
});

t.test('labels and namespaces of any spelling', async (t) => {
  const root = t.testdir({});
  const data = await replayed(t, 'v2');
  for (const text of [...HOSTILE, 'app.kubernetes.io/name', 'a~1b', '0', '', 'ü']) {
    const key = text === '' ? 'empty' : text;
    const labels = JSON.stringify({ other: 'x', [key]: text });
    await rewrite(
      fileOf(data, 'containers'),
      `SELECT * REPLACE (CASE WHEN file_row_number < 3 THEN ${literal(labels)} WHEN file_row_number = 3 THEN 'no JSON' END AS labels,
        CASE WHEN file_row_number < 2 THEN ${literal(text)} END AS namespace) FROM source`,
    );
    const file = join(root, 'labelled.parquet');
    const rows = async (asked: Parameters<typeof exported>[2]): Promise<number> =>
      (await exported([data], file, { force: true, ...asked })).rows;
    t.equal(await rows({ labels: [[key, text]] }), 3, `label ${JSON.stringify(text)}`);
    t.equal(
      await rows({
        labels: [
          [key, text],
          ['other', 'x'],
        ],
      }),
      3,
      'both',
    );
    await t.rejects(rows({ labels: [[key, `${text}!`]] }), { message: /^no rows/ });
    t.equal(await rows({ namespace: text }), 2, `namespace ${JSON.stringify(text)}`);
  }
});

t.test('interrupted, it leaves nothing', async (t) => {
  const root = t.testdir({});
  const data = await replayed(t, 'churn');
  const many = Array.from({ length: 60 }, () => data);
  const { process: child, ended } = startFgm(t, ['export', ...many, '--layout', 'long', '-o', join(root, 'x.parquet')]);
  // It is at work when it has begun to write aside.
  const made = (): boolean => readdirSync(root).some((name) => name.startsWith('.fgm-export-'));
  while (!made() && child.exitCode === null) await delay(10);
  child.kill('SIGTERM');
  t.equal((await ended).signal, 'SIGTERM');
  t.same(readdirSync(root), ['data']);
});

t.test('the window that is being recorded', async (t) => {
  const data = join(t.testdir({}), 'data');
  const machine = ['--interval', '100ms', '--listen', 'off', '--scope', 'all'];
  const recorder = startFgm(t, ['monitor', '--output-dir', data, ...machine]);
  await recorder.said(/"msg":"recording"/);
  const file = join(t.testdirName, 'open.parquet');
  let rows = 0;
  while (rows === 0) {
    try {
      ({ rows } = await exported([data], file, { from: '-10s' }));
    } catch (error) {
      t.match(error, { message: /nothing is recorded/ }, 'before the first row');
    }
  }
  t.equal((await rowsIn(file)).length, rows);
  await t.rejects(exported([data], file, { openWindows: false }), { message: /nothing is recorded here/ });
  recorder.process.kill('SIGTERM');
  t.equal((await recorder.ended).code, 0);
});
