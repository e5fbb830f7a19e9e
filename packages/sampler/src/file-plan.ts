import type { Entity, Hierarchy, Layout } from '@fgm/catalog';
import type { Parser } from '@fgm/kernfs';
import { SampledFile } from './sampled-file.ts';
import { v1Files } from './v1-files.ts';
import { v2Files } from './v2-files.ts';

/** When a file is read: at each tick, when the cgroup has moved, by the rules of pressure.ts, or with the settings. */
export type FileGroup = 'witnesses' | 'activity' | 'pressure' | 'settings';

/** What a file tells of. Where cgroup v1 has a hierarchy for it, the entity's v2 directory lacks the controller. */
export type Subject = 'cpu' | 'cpuset' | 'memory' | 'pids' | 'io' | 'core';

export interface PlannedFile {
  readonly hierarchy: Hierarchy;
  readonly subject: Subject;
  readonly name: string;
  readonly group: FileGroup;
  readonly parser: Parser;
}

/** Every file of an entity that any kind of cgroup has. The parsers are shared by all entities of the shard. */
export type FilePlan = readonly PlannedFile[];

export type EntityFiles = Readonly<Record<FileGroup, readonly SampledFile[]>>;

export function makeFilePlan(layout: Layout): FilePlan {
  return [...v2Files(layout), ...v1Files(layout)];
}

/** v1 hierarchies that own a subject, so that its v2 files do not exist or would say it twice. */
const OWNERS: Readonly<Partial<Record<Subject, readonly Hierarchy[]>>> = {
  cpu: ['cpuacct', 'cpu'],
  cpuset: ['cpuset'],
  memory: ['memory'],
  pids: ['pids'],
  io: ['blkio'],
};

/** The files of this entity, by group: from v1 where the entity has that hierarchy, else from v2. */
export function filesOf(plan: FilePlan, entity: Entity): EntityFiles {
  const { directories } = entity;
  const groups: Record<FileGroup, SampledFile[]> = { witnesses: [], activity: [], pressure: [], settings: [] };
  for (const { hierarchy, subject, name, group, parser } of plan) {
    const directory = directories[hierarchy];
    if (directory === undefined) continue;
    const owned = hierarchy === 'v2' && (OWNERS[subject]?.some((owner) => directories[owner] !== undefined) ?? false);
    if (!owned) groups[group].push(new SampledFile(name, `${directory}/${name}`, true, parser));
  }
  return groups;
}
