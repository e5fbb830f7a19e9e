/** Names of what runtimes run in a container's cgroup before its own program. */
const RUNTIMES = ['runc', 'crun', 'youki', 'conmon'] as const;
/** What runc is called while it runs from a copy of itself. */
const COPY = 'exe';

/** Whether a process of this name is not the container's but its runtime's, there only to make it. */
export function isRuntimeStage(comm: string): boolean {
  return comm === COPY || RUNTIMES.some((name) => comm.startsWith(name));
}
