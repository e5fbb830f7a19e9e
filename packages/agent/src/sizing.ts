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

/** Descriptors that each shard may keep open; beyond it files are opened for each read. */
export function openFilesPerShard(machine: Machine, shards: number): number {
  return Math.max(64, Math.floor((machine.openFilesLimit - OTHER_FILES) / shards));
}
