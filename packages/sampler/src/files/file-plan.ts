import type { Entity, Hierarchy, Layout } from '@fgm/catalog';
import { burstKey, type BurstFile, type BurstPlan } from '../burst/burst-files.ts';
import { deviceKey, type DeviceFile, type DevicePlan } from '../entity/device-group.ts';
import { foundFiles } from './found-files.ts';
import type { FileGroup, PlannedFile, Subject } from './planned-file.ts';
import { SampledFile } from './sampled-file.ts';
import { v1Files } from './v1-files.ts';
import { v2Files } from './v2-files.ts';

/** Every file of an entity that any kind of cgroup has. The parsers are shared by all entities of the shard. */
export type FilePlan = readonly PlannedFile[];

export interface EntityFiles extends Readonly<Record<FileGroup, readonly SampledFile[]>> {
  /** Those of all groups that are read between ticks as well. */
  readonly burst: readonly BurstFile[];
  /** Those that tell of block devices; they are in no group. */
  readonly devices: readonly DeviceFile[];
}

/** @param bursts which of the files are read between ticks @param devices which of them tell of block devices */
export function makeFilePlan(layout: Layout, bursts: BurstPlan = new Map(), devices: DevicePlan = new Map()): FilePlan {
  const files: PlannedFile[] = [...v2Files(layout), ...v1Files(layout), ...foundFiles(layout)];
  return files.map((file) => ({
    ...file,
    burst: bursts.get(burstKey(file.hierarchy, file.name)),
    devices: devices.get(deviceKey(file.hierarchy, file.name)),
  }));
}

/** v1 hierarchies that own a subject, so that its v2 files do not exist or would say it twice. */
const OWNERS: Readonly<Partial<Record<Subject, readonly Hierarchy[]>>> = {
  cpu: ['cpuacct', 'cpu'],
  cpuset: ['cpuset'],
  memory: ['memory'],
  pids: ['pids'],
  io: ['blkio'],
  hugetlb: ['hugetlb'],
  misc: ['misc'],
  rdma: ['rdma'],
};

/** The files of this entity, by group: from v1 where the entity has, or has had, that hierarchy, else from v2. */
export function filesOf(plan: FilePlan, entity: Entity): EntityFiles {
  const { directories, lost = [] } = entity;
  const has = (owner: Hierarchy): boolean => directories[owner] !== undefined || lost.includes(owner);
  const groups: Record<FileGroup, SampledFile[]> = { witnesses: [], activity: [], pressure: [], settings: [] };
  const between: BurstFile[] = [];
  const devices: DeviceFile[] = [];
  for (const { hierarchy, subject, name, group, parser, countedAs = name, burst, devices: ofDevices } of plan) {
    const directory = directories[hierarchy];
    if (directory === undefined) continue;
    const owned = hierarchy === 'v2' && (OWNERS[subject]?.some(has) ?? false);
    if (owned) continue;
    const file = new SampledFile(countedAs, `${directory}/${name}`, true, parser);
    if (ofDevices === undefined) groups[group].push(file);
    else devices.push({ ...ofDevices, file });
    if (burst !== undefined) between.push({ ...burst, file });
  }
  return { ...groups, burst: between, devices };
}
