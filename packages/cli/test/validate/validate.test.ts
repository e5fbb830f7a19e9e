import { cpSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileColumns } from '@fgm/catalog';
import t from 'tap';
import type { Test } from 'tap';
import { RULES } from '../../src/validate/finding.ts';
import type { Finding, Rule } from '../../src/validate/finding.ts';
import { validate } from '../../src/validate/validate.ts';
import { fgm, startFgm } from '../fgm-process.ts';
import { literal } from '../../src/duckdb/sql-text.ts';
import { fileOf, recorded, rewrite } from '../recorded.ts';
import { CASES, replacing } from './damage.ts';

function shown(findings: readonly Finding[]): string {
  return findings
    .map(({ severity, rule, path, message }) => `${severity} ${rule} ${basename(path)}: ${message}`)
    .join('\n');
}

let recording: string;
t.before(async () => {
  recording = await recorded(t);
});

function copyOf(t: Test): string {
  const directory = join(t.testdir({}), 'data');
  cpSync(recording, directory, { recursive: true });
  return directory;
}

t.test('a recording is valid', async (t) => {
  const { files, rows: count, findings } = await validate(recording);
  t.equal(files, 5, 'containers, processes, devices, node, events');
  t.ok(count > 10);
  t.equal(shown(findings.filter(({ severity }) => severity !== 'info')), '');
});

for (const { rule, severity, what, message, damage } of CASES) {
  t.test(`${rule}: ${what}`, async (t) => {
    const directory = copyOf(t);
    await damage(directory);
    const { findings } = await validate(directory);
    const found = findings.filter((finding) => finding.rule === rule);
    t.ok(
      found.some((finding) => finding.severity === severity && message.test(finding.message)),
      shown(findings),
    );
    // The damage breaks this rule; what breaks others with it is one of these.
    const others = new Set(findings.filter((finding) => finding.severity === 'error').map((finding) => finding.rule));
    others.delete(rule);
    const alongside: readonly Rule[] = ['window', 'tick', 'order', 'duplicate', 'column-metadata', 'index'];
    t.same(
      [...others].filter((other) => !alongside.includes(other)),
      [],
      shown(findings),
    );
  });
}

t.test('every rule has a case', (t) => {
  // What consolidation has to do with is tested with it.
  const tested = new Set<Rule>(['superseded', ...CASES.map(({ rule }) => rule)]);
  t.same(
    Object.keys(RULES).filter((rule) => !tested.has(rule as Rule)),
    [],
  );
  t.end();
});

t.test('a container that was restarted begins its counters anew', async (t) => {
  const directory = copyOf(t);
  const names = ['cpu_stat_usage_usec', 'cpu_stat_user_usec', 'memory_stat_pgfault', 'pids_events_max'];
  const anew = names.map((name) => `1000 * (file_row_number % 4) + 5 AS ${name}`).join(', ');
  await replacing('containers', `${anew}, ${withoutCounters(names)}`)(directory);
  const { findings } = await validate(directory);
  t.equal(shown(findings.filter(({ rule }) => rule === 'counter')), '');
});

t.test('a restart that an event tells, with few counters below what they were', async (t) => {
  const directory = copyOf(t);
  const names = ['cpu_stat_usage_usec', 'cpu_stat_user_usec', 'cpu_stat_system_usec', 'memory_stat_pgfault'];
  const id = 'SELECT min(container_id) FROM source';
  const middle = `(SELECT quantile_disc(time, 0.5) FROM source WHERE container_id = (${id}))`;
  const anew = names.map(
    (name, at) => `CASE WHEN time < ${middle} THEN 500 ELSE ${[90, 80, 510, 520][at]} END::BIGINT AS ${name}`,
  );
  const others = `${anew.join(', ')}, ${withoutCounters(names)}`;
  await replacing('containers', others)(directory);
  const counters = async (): Promise<string> =>
    shown((await validate(directory)).findings.filter(({ rule }) => rule === 'counter'));
  t.match(await counters(), /counters fall in \d+ rows: cpu_stat_usage_usec, cpu_stat_user_usec$/);
  await addStarts(directory);
  t.equal(await counters(), '');
});

/** Tells a second start of every container, at the time of the row in the middle of the first one's. */
async function addStarts(directory: string): Promise<void> {
  const containers = literal(fileOf(directory, 'containers'));
  const middle = `(SELECT quantile_disc(time, 0.5) FROM read_parquet(${containers}) WHERE container_id = (SELECT min(container_id) FROM read_parquet(${containers})))`;
  const starts = `SELECT * REPLACE (${middle} AS time) FROM source WHERE type = 'container_start'`;
  await rewrite(
    fileOf(directory, 'events'),
    `SELECT * EXCLUDE (file_row_number) FROM ((SELECT * FROM source) UNION ALL BY NAME (${starts})) ORDER BY coalesce(container_id, ''), time`,
  );
}

/** Sets all counters but these to null, so that a recording of a machine with others still has only these. */
function withoutCounters(except: readonly string[]): string {
  const counters = fileColumns('containers').filter(({ kind, name }) => kind === 'counter' && !except.includes(name));
  return counters.map(({ name }) => `NULL::BIGINT AS ${name}`).join(', ');
}

t.test('single files', async (t) => {
  const { files, findings } = await validate(fileOf(recording, 'processes'));
  t.equal(files, 1);
  t.equal(shown(findings.filter(({ severity }) => severity !== 'info')), '');
  const copy = join(t.testdir({}), basename(fileOf(recording, 'containers')));
  cpSync(fileOf(recording, 'containers'), copy);
  t.equal(
    shown((await validate(copy)).findings.filter(({ severity }) => severity !== 'info')),
    '',
    'outside of a data directory',
  );
});

t.test('a table of another writer is read, and not judged', async (t) => {
  const directory = copyOf(t);
  const path = fileOf(directory, 'events');
  const sql = "SELECT time, 'x' AS line FROM source";
  await rewrite(path, sql, { 'fgm.table': 'logs', 'ARROW:schema': undefined }, path.replace('events-', 'logs-'));
  const { files, findings } = await validate(directory);
  t.equal(files, 6);
  t.equal(shown(findings.filter(({ severity }) => severity !== 'info')), '');
});

t.test('a directory that is being recorded to', async (t) => {
  const data = join(t.testdir({}), 'data');
  const recorder = startFgm(t, ['monitor', '--output-dir', data, '--listen', 'off', '--scope', 'all']);
  await recorder.said(/"msg":"recording"/);
  const { findings } = await validate(data);
  t.same(
    findings.filter(({ rule }) => rule !== 'spool'),
    [],
    shown(findings),
  );
  recorder.process.kill('SIGTERM');
  t.match(await recorder.ended, { code: 0 });
});

t.test('nothing to check', async (t) => {
  const fixture = { 'manifest.json': '{}', 'frames-0001.zst': '', 'scrub-report.json': '{}' };
  const directory = t.testdir({ empty: {}, fixture });
  await t.rejects(validate(join(directory, 'none')), {
    name: 'CommandFailure',
    message: /cannot be opened \(ENOENT\)/,
  });
  await t.rejects(validate(join(directory, 'empty')), { message: /nothing is recorded here/ });
  await t.rejects(validate(join(directory, 'fixture')), {
    name: 'CommandFailure',
    message:
      /fixture: is a fixture, not a recording; fgm inspect says what is in it, fgm replay makes a recording of it$/,
  });
});

t.test('the command', async (t) => {
  const good = await fgm(t, ['validate', recording]);
  t.equal(good.code, 0, good.stdout);
  t.match(good.stdout, /^5 files, \d+ rows: 0 errors, 0 warnings\n$/m);
  const directory = copyOf(t);
  truncateSync(fileOf(directory, 'events'), 100);
  const bad = await fgm(t, ['validate', directory]);
  t.equal(bad.code, 1);
  t.match(bad.stdout, /^error {4}footer {2}dt=.*events-.*\.parquet: cannot be read/);
  const json = JSON.parse((await fgm(t, ['validate', '--json', directory])).stdout) as { findings: Finding[] };
  t.match(json.findings[0], { severity: 'error', rule: 'footer' });
  const node = fileURLToPath(new URL('../../../../test-fixtures/nodes/v2', import.meta.url));
  const fixture = await fgm(t, ['validate', node]);
  t.match(fixture, { code: 1, stdout: '', stderr: /^fgm: .*nodes\/v2: is a fixture, .*fgm inspect.*\n$/ });
  const none = await fgm(t, ['validate', join(directory, 'none')]);
  t.equal(none.code, 1);
  t.match(none.stderr, /^fgm: .*none: cannot be opened \(ENOENT\); wanted a file or a data directory\n$/);
});
