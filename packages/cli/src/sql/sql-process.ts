/**
 * One query in SQL, in a process of its own that may be killed at any instant: a `SqlTask` on stdin, the answer on stdout, and at the
 * end a `SqlReport` on descriptor 3.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { SqlReport, SqlTask } from '@fgm/viewer';
import { CommandFailure } from '../failure.ts';
import { writerTo } from '../query/result.ts';
import { runQuery } from '../query/run-query.ts';
import { writeLimited } from './write-limited.ts';

const REPORT_FD = 3;
/** What is recorded comes first. */
const NICE = 10;

/** Where memory is short, it is this process that should go, not the viewer and not what is recorded. */
function stepBack(): void {
  setPriority(NICE);
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not on Linux, or not allowed: then it is one process among others.
  }
}

function failureOf(cause: unknown): SqlReport {
  if (!(cause instanceof CommandFailure)) throw cause;
  const { message } = cause;
  const code = message.startsWith('Out of Memory Error') ? 'sql_memory' : 'bad_sql';
  return { done: false, code, message };
}

async function run({ directories, sql, memoryBytes, ...limits }: SqlTask): Promise<SqlReport> {
  let report: SqlReport | undefined;
  try {
    await runQuery({ directories, sql, openWindows: true, memoryBytes }, async (result) => {
      report = { done: true, ...(await writeLimited(result, limits, writerTo(process.stdout))) };
    });
    return report!;
  } catch (cause) {
    return failureOf(cause);
  }
}

stepBack();
const report = await run(JSON.parse(readFileSync(0, 'utf8')) as SqlTask);
writeFileSync(REPORT_FD, JSON.stringify(report));
