import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSmallFile } from './small-file.ts';

/** What a walk through one cgroup tree has seen. */
export interface CgroupSurvey {
  readonly directories: number;
  /** Names of all files seen below the root; the root itself lacks most of them. */
  readonly files: ReadonlySet<string>;
  /** Processes listed by the first cgroups that have any. */
  readonly processes: number;
  /** Of these, the ones printed as 0: they live outside of this process's PID namespace. */
  readonly foreign: number;
}

/** A machine with more cgroups than this is surveyed in part; limits are compared with what was seen. */
const MOST_DIRECTORIES = 20_000;
const ENOUGH_PROCESSES = 200;

function children(directory: string): { directories: string[]; files: string[] } {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return {
      directories: entries.filter((entry) => entry.isDirectory()).map((entry) => join(directory, entry.name)),
      files: entries.filter((entry) => entry.isFile()).map((entry) => entry.name),
    };
  } catch {
    // Removed while we looked, or not ours to read: the survey counts what can be seen.
    return { directories: [], files: [] };
  }
}

/** Walks a cgroup tree breadth first. */
export function surveyCgroups(root: string): CgroupSurvey {
  const queue = [root];
  const files = new Set<string>();
  let processes = 0;
  let foreign = 0;
  for (let index = 0; index < queue.length && queue.length < MOST_DIRECTORIES; index++) {
    const directory = queue[index]!;
    const found = children(directory);
    queue.push(...found.directories);
    if (index > 0) for (const name of found.files) files.add(name);
    if (processes >= ENOUGH_PROCESSES) continue;
    const list = readSmallFile(join(directory, 'cgroup.procs'));
    const pids = 'text' in list ? list.text.split('\n').filter((line) => line !== '') : [];
    processes += pids.length;
    foreign += pids.filter((pid) => pid === '0').length;
  }
  return { directories: queue.length, files, processes, foreign };
}
