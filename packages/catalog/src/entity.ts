export const SCOPES = ['container', 'sandbox', 'service', 'host'] as const;
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
}

/** Which kernel tree a directory of an entity belongs to: `v2` is the unified one, the rest are v1 controllers. */
export type Hierarchy = 'v2' | 'memory' | 'cpu' | 'cpuacct' | 'cpuset' | 'pids' | 'blkio' | 'systemd';

/** Something that is sampled: an identity and its directories. `entity` is unique in a run, and never used again. */
export interface Entity {
  readonly entity: number;
  readonly identity: Identity;
  /** Absolute directory per hierarchy in which this entity has a cgroup of its own. */
  readonly directories: Readonly<Partial<Record<Hierarchy, string>>>;
  /** Absolute directories whose cgroup.procs together list the entity's processes: its own, and child cgroups that belong to it. */
  readonly processDirectories: readonly string[];
  /** Milliseconds since the Unix epoch at which discovery first saw it. */
  readonly firstSeen: number;
}

/** Text of a process that stands in label columns; sent when the process is first seen, and again when it changes. */
export interface ProcessIdentity {
  /** The value of the `process` ref column. Never used again in a run. A changed text gets a new number. */
  readonly process: number;
  readonly comm: string;
  readonly cmdline: string | null;
  readonly exe: string | null;
}

/** Name of a memory mapping group; the value of the `mapping` ref column is `mapping`. */
export interface MappingName {
  readonly mapping: number;
  readonly name: string;
}
