import type { Machine } from './machine.ts';

/** Cores for which one sampler thread is enough: it reads some thousand processes a second on a fraction of a core. */
const CORES_PER_SAMPLER = 16;
const MOST_SAMPLERS = 8;
/** Descriptors left for everything that is not a kept-open kernel file. */
const OTHER_FILES = 256;

/** How many sampler threads: as told, else by the size of the machine. More threads cost memory and contend in the kernel. */
export function samplerThreads(setting: number | 'auto', machine: Machine): number {
  if (setting !== 'auto') return setting;
  return Math.min(MOST_SAMPLERS, Math.max(1, Math.floor(machine.onlineCpus / CORES_PER_SAMPLER)));
}

/** One file of each container, which discovery keeps open: this share of all descriptors at most, and no more than so many. */
const DISCOVERY_SHARE = 1 / 8;
const MOST_OF_DISCOVERY = 4096;

/** Descriptors that discovery may keep open. */
export function openFilesOfDiscovery({ openFilesLimit }: Machine): number {
  return Math.min(MOST_OF_DISCOVERY, Math.floor(openFilesLimit * DISCOVERY_SHARE));
}

/** Descriptors that each shard may keep open; beyond it files are opened for each read. */
export function openFilesPerShard(machine: Machine, shards: number): number {
  const left = machine.openFilesLimit - OTHER_FILES - openFilesOfDiscovery(machine);
  return Math.max(64, Math.floor(left / shards));
}
