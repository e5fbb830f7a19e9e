import {
  blockColumns,
  makeLayout,
  MAPPING_METRICS,
  PRESSURE_RESOURCES,
  type Column,
  type Layout,
  type SampledTable,
} from '@fgm/catalog';
import t from 'tap';
import * as kernfs from '../src/index.ts';
import { ParserBench } from './suite/outcome.ts';

type Make = (layout: Layout) => kernfs.Parser;

const { singleValueParser } = kernfs;
const ONE_VALUE = blockColumns('containers').filter(({ source, key }) => key === undefined && /^[a-z]+\./.test(source));

const CONTAINERS: readonly Make[] = [
  kernfs.memoryStatParser,
  (layout) => kernfs.memoryEventsParser(layout, 'memory.events'),
  (layout) => kernfs.memoryEventsParser(layout, 'memory.events.local'),
  (layout) => kernfs.memoryEventsParser(layout, 'memory.swap.events'),
  (layout) => kernfs.cpuStatParser(layout),
  (layout) => kernfs.cpuStatParser(layout, 'cpu.stat.local'),
  kernfs.cpuMaxParser,
  kernfs.cpusetParser,
  ...PRESSURE_RESOURCES.map(
    (resource): Make =>
      (layout) =>
        kernfs.pressureParser(layout, resource),
  ),
  kernfs.ioStatParser,
  kernfs.procPidNetDevParser,
  kernfs.pidsEventsParser,
  kernfs.cgroupStatParser,
  kernfs.cgroupEventsParser,
  kernfs.v1OomControlParser,
  ...ONE_VALUE.filter(({ name }) => name !== 'cpuset_cpus_effective').map(
    ({ name }): Make =>
      (layout) =>
        singleValueParser(layout, name),
  ),
];

const PROCESSES: readonly Make[] = [
  (layout) => kernfs.procPidStatParser(layout, { userHz: 100, pageSize: 4096, delayAccounting: true }).parse,
  (layout) => kernfs.procPidStatmParser(layout, { pageSize: 4096 }),
  kernfs.procPidStatusParser,
  kernfs.procPidSchedstatParser,
  kernfs.procPidIoParser,
  kernfs.procPidLimitsParser,
  (layout) => singleValueParser(layout, 'oom_score'),
  (layout) => kernfs.signedValueParser(layout, 'oom_score_adj'),
  // A number that no file prints, but the directory's size: DescriptorCounter gets it.
  (layout) => singleValueParser(layout, 'fd_count'),
  kernfs.smapsRollupParser,
];

const NODE: readonly Make[] = [
  (layout) => kernfs.procStatParser(layout, { userHz: 100 }),
  kernfs.procLoadavgParser,
  kernfs.procUptimeParser,
  kernfs.procFileNrParser,
  ...PRESSURE_RESOURCES.map(
    (resource): Make =>
      (layout) =>
        kernfs.pressureParser(layout, resource, `/proc/pressure/${resource}`),
  ),
  kernfs.procDiskstatsParser,
  kernfs.procMeminfoParser,
  kernfs.procVmstatParser,
];

function ofKernel({ source, type }: Column): boolean {
  return source !== 'derived' && source !== 'recorder' && type !== 'ref' && type !== 'utf8';
}

function filled(table: SampledTable, makers: readonly Make[]): Set<string> {
  const benches = makers.map((make) => new ParserBench(table, make));
  return new Set(benches.flatMap(({ owned, columns }) => owned.map((column) => columns.layout.columns[column]!.name)));
}

for (const [table, makers] of [
  ['containers', CONTAINERS],
  ['processes', PROCESSES],
  ['node', NODE],
] as const) {
  const names = filled(table, makers);
  const columns = blockColumns(table).filter(ofKernel);
  t.strictSame(
    columns.filter(({ name }) => !names.has(name)).map(({ name }) => name),
    [],
    `every column of ${table} has a parser`,
  );
  const known = new Set(columns.map(({ name }) => name));
  t.strictSame(
    [...names].filter((name) => !known.has(name)),
    [],
    `and no parser fills a column that is not the kernel's`,
  );
}

t.strictSame(
  new kernfs.SmapsGroups(makeLayout('mappings', blockColumns('mappings'), 64)).keys,
  MAPPING_METRICS.filter(({ source, key }) => source === '/proc/PID/smaps' && key !== undefined).map(({ key }) => key),
  'smaps sums every field of mappings',
);
