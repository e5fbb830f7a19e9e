import type { Hierarchy } from '@fgm/catalog';
import type { Parser } from '@fgm/kernfs';
import type { BurstReading } from '../burst/burst-files.ts';
import type { DeviceFile } from '../entity/device-group.ts';

/** When a file is read: at each tick, when the cgroup has moved, by the rules of pressure.ts, or with the settings. */
export type FileGroup = 'witnesses' | 'activity' | 'pressure' | 'settings';

/** What a file tells of. Where cgroup v1 has a hierarchy for it, the entity's v2 directory lacks the controller. */
export type Subject = 'cpu' | 'cpuset' | 'memory' | 'pids' | 'io' | 'hugetlb' | 'misc' | 'rdma' | 'core';

export interface PlannedFile {
  readonly hierarchy: Hierarchy;
  readonly subject: Subject;
  readonly name: string;
  readonly group: FileGroup;
  readonly parser: Parser;
  /** What it is called in error counts, where that is not its name. */
  readonly countedAs?: string;
  /** How it is read between ticks, where it is. */
  readonly burst?: BurstReading | undefined;
  /** How its lines are read, where it tells of block devices. */
  readonly devices?: Omit<DeviceFile, 'file'> | undefined;
}
