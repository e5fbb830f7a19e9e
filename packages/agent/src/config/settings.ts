import type { RecorderConfig } from './recorder-config.ts';
import {
  address,
  choice,
  durationMs,
  durationUsec,
  integer,
  labelText,
  orAuto,
  orOff,
  path,
  pathComponent,
  pattern,
  size,
} from './value-type.ts';
import type { ValueType } from './value-type.ts';

const MS = 1_000;
const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

/** What defaults are made of, besides constants. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostname: string;
  /** Settings that stand earlier in the table. */
  readonly nodeName: string;
}

/** A default that is found on the machine, and where it was found. */
export interface FoundDefault {
  readonly text: string;
  readonly name: string;
}

type Element<V> = V extends readonly (infer E)[] ? E : V;

/** One setting: its flag, and all that follows from it. A list setting (`list`) may be given more than once. */
export interface Setting<K extends keyof RecorderConfig = keyof RecorderConfig> {
  readonly key: K;
  /** Long flag without dashes. The variable is FGM_<FLAG>, the key in the file is the flag. */
  readonly flag: string;
  /** Another name of the same setting, everywhere. */
  readonly alias?: string;
  readonly type: ValueType<Element<RecorderConfig[K]>>;
  readonly list?: true;
  /** Text as a flag would give it; null: no value (an empty list); a function: found on the machine. */
  readonly default: string | null | ((surroundings: Surroundings) => FoundDefault);
  /** Says in the help what the default is, where `default` is not a text. */
  readonly defaultHelp?: string;
  readonly help: string;
  /** True when SIGHUP makes a running recorder take a new value. */
  readonly reread: boolean;
}

/** Any row of the table; the value's type is then only known to be one of the configuration's. */
export type AnySetting = { [K in keyof RecorderConfig]: Setting<K> }[keyof RecorderConfig];

function foundNodeName({ env, hostname }: Surroundings): FoundDefault {
  return env['NODE_NAME'] ? { text: env['NODE_NAME'], name: 'NODE_NAME' } : { text: hostname, name: 'the host name' };
}

function foundIdentifier({ env, nodeName }: Surroundings): FoundDefault {
  return env['POD_NAME'] ? { text: env['POD_NAME'], name: 'POD_NAME' } : { text: nodeName, name: 'the node name' };
}

const OUTPUT_DIR: Setting<'outputDir'> = {
  key: 'outputDir',
  flag: 'output-dir',
  alias: 'data-dir',
  type: path,
  default: '/data',
  help: 'Directory that takes the recording.',
  reread: false,
};

/** Every setting of the recorder, in the order of its help. */
const SETTINGS: readonly AnySetting[] = [
  OUTPUT_DIR,
  {
    key: 'intervalMs',
    flag: 'interval',
    type: durationMs({ min: 50 * MS, max: 60 * SECOND, example: '1s' }),
    default: '1s',
    help: 'Time between two samples, aligned to the wall clock.',
    reread: false,
  },
  {
    key: 'rotationMs',
    flag: 'rotation',
    type: durationMs({ min: 50 * MS, max: DAY, example: '90s' }),
    default: '90s',
    help: 'Time after which a file is closed and the next one begun; at least the interval.',
    reread: true,
  },
  {
    key: 'compressionLevel',
    flag: 'compression-level',
    type: integer(1, 22),
    default: '3',
    help: 'ZSTD level of the files, 1 to 22.',
    reread: false,
  },
  {
    key: 'memory',
    flag: 'memory',
    type: choice(['rollup', 'full', 'off']),
    default: 'rollup',
    help: 'Page walks: smaps_rollup of each process, full smaps (adds the table mappings), or none.',
    reread: false,
  },
  {
    key: 'walkBudgetUsec',
    flag: 'walk-budget',
    type: durationUsec({ min: 100, max: SECOND, example: '5ms' }),
    default: '5ms',
    help: 'Page walking per second that one process may be burdened with.',
    reread: true,
  },
  {
    key: 'scope',
    flag: 'scope',
    type: choice(['containers', 'all', 'auto']),
    default: 'auto',
    help: 'What is recorded: containers; all, which adds services and the host; or auto: all where no container is found at start.',
    reread: false,
  },
  {
    key: 'cmdline',
    flag: 'cmdline',
    type: choice(['on', 'off']),
    default: 'on',
    help: 'Whether command lines of processes are recorded.',
    reread: false,
  },
  {
    key: 'redact',
    flag: 'redact',
    type: pattern,
    list: true,
    default: null,
    defaultHelp: 'none',
    help: 'Regular expression; what it matches in a command line is recorded as [redacted]. May be given more than once.',
    reread: true,
  },
  {
    key: 'nodeName',
    flag: 'node-name',
    type: labelText,
    default: foundNodeName,
    defaultHelp: '$NODE_NAME, else the host name',
    help: 'Text of the label node.',
    reread: false,
  },
  {
    key: 'identifier',
    flag: 'identifier',
    type: pathComponent,
    default: foundIdentifier,
    defaultHelp: '$POD_NAME, else the node name',
    help: 'Names the directory identifier=<ID> of the files; unique among recorders that share a directory tree.',
    reread: false,
  },
  {
    key: 'clusterName',
    flag: 'cluster-name',
    type: labelText,
    default: null,
    defaultHelp: 'none',
    help: 'Text of the label cluster.',
    reread: false,
  },
  {
    key: 'retentionBytes',
    flag: 'retention-bytes',
    type: size(64 * 1024),
    default: '1GiB',
    help: 'Most that the output directory may hold, the open window included.',
    reread: true,
  },
  {
    key: 'retentionAgeMs',
    flag: 'retention-age',
    type: durationMs({ min: SECOND, max: 3650 * DAY, example: '7d' }),
    default: '7d',
    help: 'Age at which files are deleted.',
    reread: true,
  },
  {
    key: 'onLimit',
    flag: 'on-limit',
    type: choice(['evict', 'stop']),
    default: 'evict',
    help: 'At the limit of bytes: delete the oldest files, or stop recording.',
    reread: true,
  },
  {
    key: 'spoolSyncMs',
    flag: 'spool-sync',
    type: durationMs({ min: 100 * MS, max: HOUR, example: '10s' }),
    default: '10s',
    help: 'Time between two syncs of the open window: what a power cut can take.',
    reread: true,
  },
  {
    key: 'procRoot',
    flag: 'proc-root',
    type: path,
    default: '/proc',
    help: 'Where procfs is mounted.',
    reread: false,
  },
  {
    key: 'cgroupRoot',
    flag: 'cgroup-root',
    type: path,
    default: '/sys/fs/cgroup',
    help: 'Where the cgroup tree is mounted.',
    reread: false,
  },
  {
    key: 'hostRoot',
    flag: 'host-root',
    type: path,
    default: '/',
    help: 'Where the root of the machine is mounted: names of pods and containers are read from files below it.',
    reread: false,
  },
  {
    key: 'listen',
    flag: 'listen',
    type: address,
    default: '127.0.0.1:9464',
    help: 'Address of /metrics, /healthz and /readyz; port 0 takes a free one, off serves nothing.',
    reread: false,
  },
  {
    key: 'samplerThreads',
    flag: 'sampler-threads',
    type: orAuto(integer(1, 64)),
    default: 'auto',
    help: 'Threads that read the kernel.',
    reread: false,
  },
  {
    key: 'durationMs',
    flag: 'duration',
    type: orOff(durationMs({ min: 50 * MS, max: 3650 * DAY, example: '60s' })),
    default: 'off',
    help: 'Stop after this time; off runs until a signal.',
    reread: false,
  },
  {
    key: 'logLevel',
    flag: 'log-level',
    type: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'level'),
    default: 'info',
    help: 'Least severe level that is logged: trace, debug, info, warn, error, fatal, or silent.',
    reread: true,
  },
];

/** The commands that start a recorder. */
export type RecorderCommand = 'monitor' | 'up';

const DATA_DIR: Setting<'outputDir'> = { ...OUTPUT_DIR, flag: 'data-dir', alias: 'output-dir', default: './data' };
const SETTINGS_OF_UP = SETTINGS.map((setting) => (setting === OUTPUT_DIR ? DATA_DIR : setting));

/** The table of a command's settings. They differ in the name and the default of the output directory only. */
export function settingsOf(command: RecorderCommand): readonly AnySetting[] {
  return command === 'up' ? SETTINGS_OF_UP : SETTINGS;
}

/** The environment variable of a flag: `FGM_SPOOL_SYNC`. */
export function variableOf(flag: string): string {
  return `FGM_${flag.toUpperCase().replaceAll('-', '_')}`;
}
