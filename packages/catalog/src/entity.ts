/** What a row can be about. `group`: the directory above all containers of one kind, such as kubepods.slice. */
export const SCOPES = ['container', 'sandbox', 'service', 'host', 'group'] as const;
export type Scope = (typeof SCOPES)[number];

export const QOS_CLASSES = ['Guaranteed', 'Burstable', 'BestEffort'] as const;
export type Qos = (typeof QOS_CLASSES)[number];

/**
 * What is known of a container, service or the host without asking anybody. Unknown is null, never a guess.
 * `containerId` is the runtime's 64 hex digits; for services and the host, which have none, it is the cgroup path.
 */
export interface Identity {
  readonly scope: Scope;
  readonly containerId: string;
  /** The cgroup's path below its mount, starting with `/`. */
  readonly cgroup: string;
  readonly runtime: string | null;
  readonly qos: Qos | null;
  readonly podUid: string | null;
  readonly pod: string | null;
  readonly namespace: string | null;
  readonly container: string | null;
  /** What the container was made from, as its runtime names it. */
  readonly image: string | null;
  /** How often the container was started anew under its name. */
  readonly restartCount: number | null;
  /** Labels of the pod; of the container itself where there is no pod. */
  readonly labels: Readonly<Record<string, string>> | null;
  /** Annotations of the pod. */
  readonly annotations: Readonly<Record<string, string>> | null;
}

/** The names that no cgroup path tells. */
export const UNNAMED = {
  pod: null,
  namespace: null,
  container: null,
  image: null,
  restartCount: null,
  labels: null,
  annotations: null,
} as const satisfies Partial<Identity>;

/** Which kernel tree a directory of an entity belongs to: `v2` is the unified one, the rest are v1 controllers. */
export type Hierarchy =
  'v2' | 'memory' | 'cpu' | 'cpuacct' | 'cpuset' | 'pids' | 'blkio' | 'hugetlb' | 'misc' | 'rdma' | 'systemd';

/** Something that is sampled: an identity and its directories. `entity` is unique in a run, and never used again. */
export interface Entity {
  readonly entity: number;
  readonly identity: Identity;
  /** Absolute directory per hierarchy in which this entity has a cgroup of its own. */
  readonly directories: Readonly<Partial<Record<Hierarchy, string>>>;
  /**
   * Hierarchies in which it has no directory any more. What they told is told by no other: two of them count from different
   * instants, and a column that passed from one to the other would fall.
   */
  readonly lost?: readonly Hierarchy[];
  /** Absolute directories whose cgroup.procs together list the entity's processes: its own, and child cgroups that belong to it. */
  readonly processDirectories: readonly string[];
  /** Milliseconds since the Unix epoch at which discovery first saw it. */
  readonly firstSeen: number;
  /** The file in which its runtime writes how it ended, as the node names it, where that is known. Not recorded. */
  readonly recordFile?: string;
}

/** More about an entity that is gone, found out afterwards. */
export type LateNames = Pick<Entity, 'entity' | 'identity' | 'recordFile'>;

/** What was read of a cgroup after its last process had gone. */
export interface FinalFigures {
  /** Microseconds since the Unix epoch at which the last of it was read. */
  readonly time: number;
  /** By the names of the columns of `containers`: only what was really read. */
  readonly values: Readonly<Record<string, number>>;
}

/** An entity that is gone. */
export interface Removal {
  readonly entity: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** What was read of it after its last process had gone; null when that could not be read. */
  readonly figures: FinalFigures | null;
}

/** Files of one entity that have changed since the last word of it. */
export interface Written {
  readonly entity: number;
  /** Names of kernel files in its directory, such as `memory.events`. */
  readonly files: readonly string[];
}

/** Text of a process that stands in label columns; sent when the process is first seen, and again when it changes. */
export interface ProcessIdentity {
  /** The value of the `process` ref column. Never used again in a run. A changed text gets a new number. */
  readonly process: number;
  readonly comm: string;
  readonly cmdline: string | null;
  readonly exe: string | null;
}

/**
 * A name whose number no row has had for this time gets a new number, told anew, when it is met again; so a writer may forget
 * a name that long after its last row, and some more for rows that are late. Milliseconds, by the ticks of rows.
 */
export const ROW_NAME_IDLE_MS = 600_000;

/**
 * Text that a row is about besides its entity and process: a mapped file, a block device, a network interface. The ref
 * columns `mapping`, `device` and `interface` hold `number`; numbers are of one kind, and never used again in a run.
 */
export interface RowName {
  readonly number: number;
  readonly name: string;
  /** What people call it, where that differs: `sda` for the device 8:0. */
  readonly alias?: string;
}
