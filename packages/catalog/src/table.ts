import type { Column } from './column.ts';
import { BURST_METRICS } from './bursts/index.ts';
import { DEVICE_METRICS } from './devices/index.ts';
import { INTERFACE_METRICS } from './interfaces/index.ts';
import { LABELS } from './labels.ts';
import { CONTAINER_METRICS } from './containers/index.ts';
import { MAPPING_METRICS } from './mappings/index.ts';
import { NODE_METRICS } from './node/index.ts';
import { PROCESS_METRICS, PROCESS_TEXT } from './processes/index.ts';
import { EVENT_COLUMNS } from './events/index.ts';

/** Version of the file format: table names, column names, their meaning. Written to every file's footer. */
export const SCHEMA_VERSION = 1;

/** Tables whose rows travel through the ring. Their place in this list is their number in a slot's header. */
export const SAMPLED_TABLES = [
  'containers',
  'processes',
  'mappings',
  'devices',
  'interfaces',
  'node',
  'bursts',
] as const;
export type SampledTable = (typeof SAMPLED_TABLES)[number];
export const TABLES = [...SAMPLED_TABLES, 'events'] as const;
export type TableName = (typeof TABLES)[number];

export const TIME: Column = {
  name: 'time',
  type: 'timestamp',
  kind: 'label',
  unit: null,
  help: 'The instant at which this row was read.',
  source: 'recorder',
};

export const TICK: Column = {
  name: 'tick',
  type: 'int64',
  kind: 'label',
  unit: null,
  help: 'Number of the tick: floor(Unix time / interval). Equal on all nodes with the same interval.',
  source: 'recorder',
};

function ref(name: string, help: string): Column {
  return { name, type: 'ref', kind: 'label', unit: null, help, source: 'recorder' };
}

const ENTITY = ref('entity', 'Number of the entity in this run; stands for the label columns.');
const PROCESS = ref('process', 'Number of the process identity in this run; stands for comm, cmdline and exe.');
const MAPPING = ref('mapping', 'Number of the mapping name in this run.');
const DEVICE = ref('device', 'Number of the device name in this run.');
const INTERFACE = ref('interface', 'Number of the interface name in this run.');

function text(name: string, help: string, source: string): Column {
  return { name, type: 'utf8', kind: 'label', unit: null, help, source };
}

const MAPPING_TEXT: readonly Column[] = [
  text(
    'mapping',
    'Mapped file (with " (deleted)" kept), [heap], [stack], [vdso], [anon:NAME], or empty for nameless memory.',
    '/proc/PID/smaps',
  ),
];
const DEVICE_TEXT: readonly Column[] = [
  text('device', 'Block device, as major:minor.', 'io.stat'),
  text('device_name', 'Name of the block device, such as sda.', '/proc/diskstats'),
];
const INTERFACE_TEXT: readonly Column[] = [
  text('interface', 'Name of the network interface in its network namespace.', '/proc/PID/net/dev'),
];

/** Places of the leading columns in every row block (see blockColumns). */
export const TIME_COLUMN = 0;
export const TICK_COLUMN = 1;
export const ENTITY_COLUMN = 2;
export const PROCESS_COLUMN = 3;
export const MAPPING_COLUMN = 4;
/** In the tables devices and interfaces. */
export const NAME_COLUMN = 3;

interface Parts {
  readonly refs: readonly Column[];
  readonly text: readonly Column[];
  readonly metrics: readonly Column[];
}

const PARTS: Readonly<Record<SampledTable, Parts>> = {
  containers: { refs: [ENTITY], text: LABELS, metrics: CONTAINER_METRICS },
  processes: { refs: [ENTITY, PROCESS], text: [...LABELS, ...PROCESS_TEXT], metrics: PROCESS_METRICS },
  mappings: {
    refs: [ENTITY, PROCESS, MAPPING],
    text: [...LABELS, ...PROCESS_TEXT, ...MAPPING_TEXT],
    metrics: MAPPING_METRICS,
  },
  devices: { refs: [ENTITY, DEVICE], text: [...LABELS, ...DEVICE_TEXT], metrics: DEVICE_METRICS },
  interfaces: { refs: [ENTITY, INTERFACE], text: [...LABELS, ...INTERFACE_TEXT], metrics: INTERFACE_METRICS },
  node: { refs: [], text: LABELS, metrics: NODE_METRICS },
  bursts: { refs: [ENTITY], text: LABELS, metrics: BURST_METRICS },
};

/** Columns of a table's row blocks: time, tick, the refs, then the metrics. `extra`: metrics only this kernel has. */
export function blockColumns(table: SampledTable, extra: readonly Column[] = []): readonly Column[] {
  const parts = PARTS[table];
  return [TIME, TICK, ...parts.refs, ...parts.metrics, ...extra];
}

/** Columns of a table's files, in order: time, tick, the texts that the refs stand for, then the metrics. */
export function fileColumns(table: TableName, extra: readonly Column[] = []): readonly Column[] {
  if (table === 'events') return EVENT_COLUMNS;
  const parts = PARTS[table];
  return [TIME, TICK, ...parts.text, ...parts.metrics, ...extra];
}
