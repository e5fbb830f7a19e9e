/**
 * Containers that live shorter than an interval: of how many the recording has a start, an end and the last CPU figure, and
 * whether that is the very one that was read before the directory went. Then whether what their group used is what they used.
 *
 *     node --conditions=@fgm/source bench/macro/short-lived.ts [--containers 1000] [--rate 50] [FLAGS OF fgm monitor after --]
 *
 * One arm for each time that a runtime takes from a container's end to the removal of its cgroup.
 */
import { CgroupSandbox, shortLives, type ShortLife } from '@fgm/testkit';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { parquetFiles } from '../harness/recording.ts';
import { report, type Figure } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { short } from '../harness/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { containers: { type: 'string', default: '1000' }, rate: { type: 'string', default: '50' } },
});
const [count, perSecond] = [Number(values.containers), Number(values.rate)];
/** Milliseconds: Docker and containerd take 10 to 50. */
const GAPS = [20, 5, 0] as const;

type Row = Readonly<Record<string, unknown>>;

async function rowsOf(directory: string, table: string, columns: string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const path of parquetFiles(directory, table)) {
    const bytes = readFileSync(path);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    rows.push(...(await parquetReadObjects({ file, columns, compressors })));
  }
  return rows;
}

interface Outcome {
  readonly starts: number;
  readonly ends: number;
  /** With a last figure in the stop event; with the same one as the last row; with exactly the true one. */
  readonly finals: number;
  readonly rows: number;
  readonly exact: number;
  readonly residualUsec: number;
  readonly unexplainedUsec: number;
}

function usageOf(event: Row): number | null {
  const { final } = JSON.parse(String(event['detail'])) as { final?: Record<string, number> };
  return final?.['cpu_stat_usage_usec'] ?? null;
}

async function outcomeOf(directory: string, lives: readonly ShortLife[], group: string): Promise<Outcome> {
  const events = await rowsOf(directory, 'events', ['type', 'container_id', 'detail']);
  const byId = (type: string): Map<unknown, Row> =>
    new Map(events.filter((event) => event['type'] === type).map((event) => [event['container_id'], event]));
  const [starts, stops] = [byId('container_start'), byId('container_stop')];
  const columns = ['time', 'tick', 'container_id', 'cgroup', 'scope', 'cpu_stat_usage_usec', 'cpu_residual_usec'];
  const rows = await rowsOf(directory, 'containers', columns);
  const last = new Map<unknown, number>();
  for (const row of rows.toSorted((a, b) => Number(a['time']) - Number(b['time'])))
    if (row['cpu_stat_usage_usec'] !== null) last.set(row['container_id'], Number(row['cpu_stat_usage_usec']));
  const having = (test: (life: ShortLife) => boolean): number => lives.filter(test).length;
  return {
    starts: having(({ id }) => starts.has(id)),
    ends: having(({ id }) => stops.has(id)),
    finals: having(({ id }) => stops.has(id) && usageOf(stops.get(id)!) !== null),
    rows: having(({ id }) => last.has(id)),
    exact: having(
      ({ id, usageUsec }) => stops.has(id) && usageOf(stops.get(id)!) === usageUsec && last.get(id) === usageUsec,
    ),
    ...conservation(rows, group),
  };
}

/** What the group used from its first to its last row, less what its containers' rows tell and the residual. */
function conservation(rows: readonly Row[], group: string): { residualUsec: number; unexplainedUsec: number } {
  const own = rows
    .filter((row) => row['scope'] === 'group' && row['cgroup'] === group && row['cpu_residual_usec'] !== null)
    .toSorted((a, b) => Number(a['tick']) - Number(b['tick']));
  const [first, end] = [own[0]!, own.at(-1)!];
  const grown = (column: string): number => Number(end[column]) - Number(first[column]);
  // Rows that were read after the group's own, of entities that came meanwhile, bear the same tick.
  const known = ({ tick, time }: Row): number => {
    const usage = new Map<unknown, number>();
    for (const row of rows) {
      if (row['scope'] === 'group' || !String(row['cgroup']).startsWith(`${group}/`)) continue;
      if (
        Number(row['tick']) <= Number(tick) &&
        Number(row['time']) <= Number(time) &&
        row['cpu_stat_usage_usec'] !== null
      ) {
        const value = Number(row['cpu_stat_usage_usec']);
        usage.set(row['container_id'], Math.max(value, usage.get(row['container_id']) ?? 0));
      }
    }
    return [...usage.values()].reduce((sum, value) => sum + value, 0);
  };
  const children = known(end) - known(first);
  const residual = grown('cpu_residual_usec');
  return { residualUsec: residual, unexplainedUsec: grown('cpu_stat_usage_usec') - children - residual };
}

async function arm(gapMs: number, seed: number): Promise<Outcome & { readonly cpuMsEach: number }> {
  const directory = scratchDirectory();
  const sandbox = new CgroupSandbox('fgm-bench');
  const base = sandbox.make('docker', ['v2']).v2!;
  const recorder = await MeasuredRecorder.start(directory, [
    '--scope',
    'containers',
    '--memory',
    'off',
    ...positionals,
  ]);
  try {
    const options = { directory: base, perSecond, shortestMs: 20, longestMs: 200, gapMs };
    // The first of a group is not in its first row: what was before does not count.
    await shortLives({ ...options, count: 2, seed: 1000 + seed });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const before = recorder.cpuUsec();
    const lives = await shortLives({ ...options, count, seed });
    const cpu = recorder.cpuUsec() - before;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await recorder.stop();
    const outcome = await outcomeOf(directory, lives, sandbox.path);
    return { ...outcome, cpuMsEach: cpu / 1000 / count };
  } finally {
    sandbox.close();
  }
}

const figures: Figure[] = [];
const details: Record<string, unknown> = { count, perSecond, positionals };
const share = (part: number): string => `${((part / count) * 100).toFixed(2)} %`;
for (const [index, gapMs] of GAPS.entries()) {
  const { starts, ends, finals, rows, exact, residualUsec, unexplainedUsec, cpuMsEach } = await arm(gapMs, index + 1);
  details[`gap ${gapMs} ms`] = { starts, ends, finals, rows, exact, residualUsec, unexplainedUsec, cpuMsEach };
  const name = `removed ${gapMs} ms after the end`;
  figures.push(
    {
      name: `${name}: start, end`,
      value: `${share(starts)}, ${share(ends)}`,
      note: `of ${count}, ${perSecond} a second, each for 20 to 200 ms`,
    },
    {
      name: `${name}: last CPU figure`,
      value: share(finals),
      note: `equal to the microsecond, in event and row: ${share(exact)}`,
    },
    {
      name: `${name}: group`,
      value: `${short(residualUsec / 1000)} ms`,
      note: `residual; ${short(unexplainedUsec / 1000)} ms are neither in a row nor in it`,
    },
    {
      name: `${name}: CPU of the recorder`,
      value: `${short(cpuMsEach)} ms`,
      note: 'for each container, ticks included',
    },
  );
}
report('short-lived', figures, details);
