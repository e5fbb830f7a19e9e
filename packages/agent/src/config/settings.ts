import { burstTriggers } from './burst-triggers.ts';
import type { RecorderConfig } from './recorder-config.ts';
import {
  address,
  choice,
  durationMs,
  durationUsec,
  endpoint,
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

/**
 * One window is being recorded while the last one becomes files: twice a quarter of the limit (where a window is cut), the
 * files' own kilobytes per column and table, and one tick more than that. Below, windows could not be closed.
 */
const LEAST_BYTES = 16 * 2 ** 20;

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
export interface SettingOf<Config, K extends keyof Config> {
  readonly key: K;
  /** Long flag without dashes. The variable is FGM_<FLAG>, the key in the file is the flag. */
  readonly flag: string;
  /** Another name of the same setting, everywhere. */
  readonly alias?: string;
  readonly type: ValueType<Element<Config[K]>>;
  readonly list?: true;
  /** Text as a flag would give it; null: no value (an empty list); a function: found on the machine. */
  readonly default: string | null | ((surroundings: Surroundings) => FoundDefault);
  /** Says in the help what the default is, where `default` is not a text. */
  readonly defaultHelp?: string;
  readonly help: string;
  /** True when SIGHUP makes a running recorder take a new value. */
  readonly reread: boolean;
}

/** Any row of a table; the value's type is then only known to be one of the configuration's. */
export type AnySettingOf<Config> = { [K in keyof Config]: SettingOf<Config, K> }[keyof Config];
export type Setting<K extends keyof RecorderConfig> = SettingOf<RecorderConfig, K>;
export type AnySetting = AnySettingOf<RecorderConfig>;

/** A row of a table of whatever configuration. */
export interface TableRow extends Omit<SettingOf<Record<string, unknown>, string>, 'type'> {
  readonly type: ValueType<unknown>;
}

function foundNodeName({ env, hostname }: Surroundings): FoundDefault {
  return env['NODE_NAME'] ? { text: env['NODE_NAME'], name: 'NODE_NAME' } : { text: hostname, name: 'the host name' };
}

function foundIdentifier({ env, nodeName }: Surroundings): FoundDefault {
  return env['POD_NAME'] ? { text: env['POD_NAME'], name: 'POD_NAME' } : { text: nodeName, name: 'the node name' };
}

/** As the kubelet tells every container; what is no address is none of ours and must not keep a recorder from starting. */
function foundApiServer({ env }: Surroundings): FoundDefault {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = env;
  const text = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { text: endpoint.parse(text) === undefined ? 'off' : text, name: 'KUBERNETES_SERVICE_HOST' };
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
    key: 'numa',
    flag: 'numa',
    type: choice(['on', 'off']),
    default: 'off',
    help: 'Whether memory is recorded by memory node too (memory.numa_stat of cgroup v2): a column for each key and node.',
    reread: false,
  },
  {
    key: 'intervalPeaks',
    flag: 'interval-peaks',
    type: choice(['on', 'off']),
    default: 'off',
    help: 'Whether the most memory in use between two rows is recorded; needs Linux 6.12 and a writable cgroup v2 mount.',
    reread: false,
  },
  {
    key: 'burstMs',
    flag: 'burst',
    type: orOff(durationMs({ min: 20 * MS, max: 10 * SECOND, example: '100ms' })),
    default: '100ms',
    help: 'Time between two looks at a container between samples, for the table bursts; at most half of the interval, else off.',
    reread: false,
  },
  {
    key: 'burstWindowMs',
    flag: 'burst-window',
    type: durationMs({ min: SECOND, max: 600 * SECOND, example: '30s' }),
    default: '30s',
    help: 'Time before a trigger that is written to bursts.',
    reread: false,
  },
  {
    key: 'burstAfterMs',
    flag: 'burst-after',
    type: durationMs({ min: SECOND, max: 600 * SECOND, example: '10s' }),
    default: '10s',
    help: 'Time after the last trigger that is written to bursts.',
    reread: false,
  },
  {
    key: 'burstTriggers',
    flag: 'burst-triggers',
    type: burstTriggers,
    default: 'oom_kill,memory_90,throttled_25,pressure_40',
    help: 'What begins a burst: oom_kill, memory_high, memory_max, and a share in percent of the memory limit (memory_90), of throttled CPU periods, of time stalled (PSI).',
    reread: false,
  },
  {
    key: 'burstMemoryBytes',
    flag: 'burst-memory',
    // More than any node has containers for: a typed size that is meant for the disk would take the machine's memory.
    type: size(64 * 1024, 2 ** 30),
    default: '16MiB',
    help: 'Most memory for rows that wait for a trigger; where it is scarce, containers that are still make room.',
    reread: false,
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
    type: size(LEAST_BYTES),
    default: '1GiB',
    help: 'Most that the output directory may hold, the open window included; at least 16MiB.',
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
    key: 'consolidate',
    flag: 'consolidate',
    type: choice(['on', 'off']),
    default: 'on',
    help: 'Whether the windows of an hour become one file per table, and the hours of a day where that is small.',
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
    key: 'kubernetesApi',
    flag: 'kubernetes-api',
    type: choice(['on', 'off']),
    default: 'off',
    help: "Whether the API server is asked for labels and annotations of this node's pods; without it they are recorded by the names that the node's files tell.",
    reread: false,
  },
  {
    key: 'kubernetesServer',
    flag: 'kubernetes-server',
    type: orOff(endpoint),
    default: foundApiServer,
    defaultHelp: '$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT',
    help: 'Address of the API server; needed outside of pods only.',
    reread: false,
  },
  {
    key: 'kubernetesServiceAccount',
    flag: 'kubernetes-service-account',
    type: path,
    default: '/var/run/secrets/kubernetes.io/serviceaccount',
    help: 'Directory with the files token and ca.crt of a service account that may list and watch pods.',
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
