/**
 * Writes docs/metrics.md from the catalog:
 *
 *     node --conditions=@fgm/source packages/catalog/scripts/metrics-doc.ts
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  fileColumns,
  hugetlbColumns,
  LABELS,
  miscColumns,
  numaStatColumn,
  rdmaColumns,
  TABLES,
  type Column,
  type TableName,
} from '../src/index.ts';

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
ticks or nanoseconds are converted, but for the pages that \`vmstat\` counts. A key of \`memory.stat\`, \`meminfo\` or \`vmstat\`
that this version does not know is kept as \`<file>_<key>\`, a gauge without unit.
`;

const TABLE_TEXT: Readonly<Record<TableName, string>> = {
  containers: 'A row is one container, sandbox, service or the host at one tick. Files are those of its cgroup.',
  processes: 'A row is one process at one tick, named by pid and start_time. Kernel threads are not recorded.',
  mappings:
    'A row is all memory regions of one name in one process, at a tick at which its smaps were read (`--memory full`).',
  devices:
    'A row is one block device of one container, service or the host at one tick. The sums over the devices stand in `containers`. While a cgroup does not run its rows repeat; they are read on as long as it has pages to be written.',
  interfaces:
    'A row is one network interface in the network namespace of one container, service or the host at one tick. Who shares a namespace (the containers of a pod) has one set of rows: with the labels of the sandbox where that is recorded, else of the host, else of who was found first. What is in the network of the host has no rows but the host.',
  node: 'A row is the machine at one tick. Its sums over disks leave out partitions, devices that lie on other devices (dm-, md, bcache, drbd, zd, loop) and memory (ram, zram), so that nothing counts twice.',
  bursts:
    'A row is one container between ticks, for the time around trouble: many rows have the same tick, and `time` tells them apart.',
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
- \`blkio.throttle.io_service_bytes_recursive\`, \`blkio.throttle.io_serviced_recursive\`: the columns of \`io.stat\`, per device in
  \`devices\`. Since Linux 6.10 the kernel counts only where a limit of the throttle is set, and what is written later by the
  kernel counts for the root. io.cost and io.latency are of v2 only.
- What is not of a cgroup is the same on both: \`network_*\`, \`interfaces\`, \`node\`.
- \`pids.current\`, \`pids.max\`, \`pids.peak\`, \`pids.events\`: as in v2.
- \`hugetlb.<size>.usage_in_bytes\`, \`hugetlb.<size>.limit_in_bytes\`, \`hugetlb.<size>.failcnt\` and those of \`rsvd\`: the
  columns of \`current\`, \`max\` and \`events\`; \`max_usage_in_bytes\` has one of its own. \`misc\` and \`rdma\` have the same
  files as in v2.
- \`memory.numa_stat\` counts other things than that of v2, in pages of LRU lists: null. So are interval peaks.
`;

const FOUND = `### Found on the machine

Columns of \`containers\` for what differs between machines. The recorder looks at start what the cgroups at the top of the tree
have; what is plugged in later has no column before it is started again. \`<size>\` is that of a huge page (\`2mb\`, \`1gb\`),
\`<resource>\` one of the misc controller (\`sev\`, \`tdx\`), \`<device>\` an RDMA device, \`<key>\` a key of \`memory.stat\` and
\`<node>\` the number of a memory node (\`--numa on\`).
`;

/** Columns with a placeholder in their name, as the document shows it. */
function foundLines(): string[] {
  const columns = [
    ...hugetlbColumns('SIZE'),
    ...miscColumns('RESOURCE'),
    ...rdmaColumns('DEVICE'),
    ...(['anon', 'workingset_refault_anon'] as const).map((key) => numaStatColumn(key, 0)),
  ];
  return columns.map((column) => {
    const name = column.name.replace(/_(size|resource|device)_/, '_<$1>_').replace(/_n0(?=_|$)/, '_n<node>');
    const help = column.help.replaceAll('memory node 0', 'one memory node');
    const shown = name.replace('workingset_refault_anon', '<counter>').replace('numa_stat_anon', 'numa_stat_<amount>');
    const of = help.replace(/memory_stat_\w+/, 'memory_stat_<key>');
    const { source } = column;
    return `${line({ ...column, name: shown, help: of })} File: ${source.replace('SIZE', '<size>')}`;
  });
}

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
  if (name === 'containers') sections.push(`${FOUND}\n${foundLines().join('\n')}\n`);
  return `## ${name}\n\n${TABLE_TEXT[name]}\n\n${sections.join('\n')}`;
}

/** The whole document. */
export function metricsDocument(): string {
  const labels = `## Labels of every table\n\n${LABELS.map(line).join('\n')}\n`;
  return [INTRODUCTION, labels, ...TABLES.map(table), CGROUP_V1].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(METRICS_DOC, metricsDocument());
