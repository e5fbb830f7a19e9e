/** Runs the examples of docs/reading.md on a recording: those of one question must agree. */
import { DuckDBInstance } from '@duckdb/node-api';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { examplesOf, type Example } from './documented.ts';
import { REPOSITORY } from './image.ts';

const examples = examplesOf(readFileSync(join(REPOSITORY, 'docs/reading.md'), 'utf8'));
const directory = t.testdir();
/** A Python with pandas, pyarrow, polars and perhaps pyspark, such as that of a venv. */
const python = process.env['FGM_TEST_PYTHON'] ?? 'python3';

/** Why an example in Python cannot be run, or false. */
function whyNot(program: string): string | false {
  const module = { spark: 'pyspark, pandas', pandas: 'pandas, pyarrow' }[program] ?? program;
  const { error, status } = spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore', timeout: 120_000 });
  return (error !== undefined || status !== 0) && `no ${module} for ${python}: FGM_TEST_PYTHON names one that has it`;
}

/** Rows of texts: numbers are told by fewer digits than programs tell, and without a fraction of zero. */
function plain(rows: readonly (readonly unknown[])[]): string[][] {
  const text = (value: unknown): string =>
    typeof value === 'string' && !/^[\d.]+$/.test(value) ? value : String(Number(Number(value).toPrecision(9)));
  return rows.map((row) => row.map((value) => text(value)));
}

/** Rows of the same value may come in any order. */
function sorted(rows: readonly string[][]): string[] {
  return rows.map((row) => row.join()).toSorted();
}

async function runSql({ code }: Example): Promise<string[][]> {
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    return plain((await connection.runAndReadAll(code.replaceAll("'data/", `'${directory}/data/`))).getRows());
  } finally {
    connection.closeSync();
  }
}

/** What it prints is CSV, with a header of its own where there are containers. */
function runPython({ code }: Example): string[][] {
  const printed = execFileSync(python, ['-c', code], {
    cwd: directory,
    encoding: 'utf8',
    timeout: 200_000,
    stdio: 'pipe',
  });
  const lines = printed.trim().split('\n');
  const rows = lines.map((line) => line.split(','));
  return plain(rows.filter(([first]) => first !== 'container_id'));
}

t.before(() => {
  const fixture = join(REPOSITORY, 'test-fixtures/nodes/hybrid');
  const output = ['--rotation', '15s', '--output-dir', join(directory, 'data')];
  const fgm = [join(REPOSITORY, 'packages/cli/bin/fgm.js'), 'replay', fixture, ...output];
  const env = { PATH: process.env['PATH'], FGM_SOURCE: '1' };
  execFileSync(process.execPath, fgm, { env, stdio: 'ignore', timeout: 200_000 });
});

t.test('there are examples of each program', (t) => {
  const programs = new Set(examples.map(({ program }) => program));
  t.same(programs, new Set(['duckdb', 'pandas', 'polars', 'spark', 'pyarrow']));
  t.end();
});

for (const question of new Set(examples.map((example) => example.question))) {
  const asked = examples.filter((example) => example.question === question);
  t.test(question, async (t) => {
    t.setTimeout(230_000);
    const [first] = asked.filter(({ language }) => language === 'sql');
    const expected = await runSql(first!);
    t.ok(expected.length > 1, 'DuckDB');
    for (const example of asked.filter(({ language }) => language === 'python')) {
      const skip = whyNot(example.program);
      await t.test(example.program, { skip }, (t) => {
        const rows = runPython(example);
        if (example.program === 'pyarrow')
          t.same(rows, [
            ['memory_current_bytes', 'gauge', 'bytes'],
            ['cpu_stat_usage_usec', 'counter', 'usec'],
          ]);
        else t.same(sorted(rows), sorted(expected));
        t.end();
      });
    }
  });
}
