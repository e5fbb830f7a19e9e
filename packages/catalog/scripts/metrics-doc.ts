/**
 * Writes docs/metrics.md from the catalog:
 *
 *     node --conditions=@fgm/source packages/catalog/scripts/metrics-doc.ts
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileColumns, LABELS, TABLES, type Column, type TableName } from '../src/index.ts';

export const METRICS_DOC = new URL('../../../docs/metrics.md', import.meta.url);

const INTRODUCTION = `# What is recorded

Generated from \`packages/catalog\` by \`node --conditions=@fgm/source packages/catalog/scripts/metrics-doc.ts\`; a test
compares the two.

One Parquet table for each kind of thing, one row for each thing and tick, one column for each metric. Columns are named
after the kernel's file and key, with the base unit at the end. Integers are INT64, fractions DOUBLE, times TIMESTAMP in
microseconds UTC.

- **gauge**: a value as it was when the row was read.
- **counter**: a total since the thing began, as the kernel prints it. Rates are the reader's to derive; a total that falls
  has started anew.
- **label**: what the row is about.

A value that is not there is null: the kernel does not have the file or the key, may not be asked, or printed \`max\` (which
means that there is no limit). It is never 0 or -1 for want of a value. Amounts that the kernel prints in kB, pages, clock
ticks or nanoseconds are converted. A key of \`memory.stat\` that this version does not know is kept as
\`memory_stat_<key>\`, a gauge without unit.
`;

const TABLE_TEXT: Readonly<Record<TableName, string>> = {
  containers: 'A row is one container, sandbox, service or the host at one tick. Files are those of its cgroup.',
  processes: 'A row is one process at one tick, named by pid and start_time. Kernel threads are not recorded.',
  mappings:
    'A row is all memory regions of one name in one process, at a tick at which its smaps were read (`--memory full`).',
  events: 'A row is something that happened.',
};

const CGROUP_V1 = `## cgroup v1

Files of cgroup v1 fill the same columns. What v1 does not have is null.

- \`memory.usage_in_bytes\`, \`memory.max_usage_in_bytes\`, \`memory.limit_in_bytes\`: \`memory_current_bytes\`,
  \`memory_peak_bytes\`, \`memory_max_bytes\`. A limit near 2^63 is none.
- \`memory.stat\`: its \`total_\` keys, which count descendants as v2 does. \`total_cache\`, \`total_rss\`, \`total_rss_huge\`,
  \`total_mapped_file\`, \`total_dirty\` and \`total_writeback\` are \`file\`, \`anon\`, \`anon_thp\`, \`file_mapped\`, \`file_dirty\`
  and \`file_writeback\`; \`total_swap\` is \`memory_swap_current_bytes\`; others have the same name.
- \`memory.failcnt\`: \`memory_events_max\`. \`memory.oom_control\`: \`memory_events_oom_kill\`,
  \`memory_oom_control_under_oom\`.
- \`cpuacct.usage\`, \`cpuacct.usage_user\`, \`cpuacct.usage_sys\` (nanoseconds): \`cpu_stat_usage_usec\`,
  \`cpu_stat_user_usec\`, \`cpu_stat_system_usec\`.
- \`cpu.stat\`: as in v2, times in nanoseconds. \`cpu.cfs_quota_us\`, \`cpu.cfs_period_us\`, \`cpu.cfs_burst_us\`: the columns of
  \`cpu.max\` and \`cpu.max.burst\`; a quota of -1 is none. \`cpu.shares\`: \`cpu_shares\`.
- \`cpuset.effective_cpus\`: \`cpuset_cpus_effective\`.
- \`blkio.throttle.io_service_bytes_recursive\`, \`blkio.throttle.io_serviced_recursive\`: the columns of \`io.stat\`.
- \`pids.current\`, \`pids.max\`, \`pids.events\`: as in v2.
`;

const SOURCE_TITLES: Readonly<Record<string, string>> = {
  derived: 'Derived by the recorder',
  recorder: 'From the recorder itself',
};

function line({ name, type, kind, unit, help }: Column): string {
  const facts = [kind, type === 'enum' || type === 'utf8' ? 'text' : type, unit].filter((fact) => fact !== null);
  return `- \`${name}\` (${facts.join(', ')}): ${help}`;
}

/** Sources in the order in which they first occur. */
function bySource(columns: readonly Column[]): Map<string, Column[]> {
  const groups = new Map<string, Column[]>();
  for (const column of columns) groups.set(column.source, [...(groups.get(column.source) ?? []), column]);
  return groups;
}

function section(title: string, lines: readonly string[]): string {
  return `### ${title}\n\n${lines.join('\n')}\n`;
}

function table(name: TableName): string {
  const groups = [...bySource(fileColumns(name).filter((column) => !LABELS.includes(column)))];
  const single = groups.filter(([source, columns]) => columns.length === 1 && SOURCE_TITLES[source] === undefined);
  const several = groups.filter((group) => !single.includes(group));
  const sections = several.map(([source, columns]) => section(SOURCE_TITLES[source] ?? source, columns.map(line)));
  const values = single.map(([source, [column]]) => `${line(column!)} File: ${source}`);
  if (values.length > 0) sections.push(section('Files of one value', values));
  return `## ${name}\n\n${TABLE_TEXT[name]}\n\n${sections.join('\n')}`;
}

/** The whole document. */
export function metricsDocument(): string {
  const labels = `## Labels of every table\n\n${LABELS.map(line).join('\n')}\n`;
  return [INTRODUCTION, labels, ...TABLES.map(table), CGROUP_V1].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(METRICS_DOC, metricsDocument());
