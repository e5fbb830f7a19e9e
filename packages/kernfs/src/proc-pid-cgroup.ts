/** One line of /proc/PID/cgroup. */
export interface CgroupMembership {
  /** 0 for cgroup v2. */
  readonly hierarchy: number;
  /** Controllers of a v1 hierarchy, or its name as `name=systemd`; empty for v2. */
  readonly controllers: readonly string[];
  /** Path below the mount; a process whose cgroup was removed has " (deleted)" at its end. */
  readonly path: string;
}

/*
 * /proc/PID/cgroup: where a process is in each hierarchy. Read when something is discovered, not every tick.
 *
 *     5:cpu,cpuacct:/docker/4f1e…
 *     1:name=systemd:/
 *     0::/system.slice/ssh.service
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#processes, cgroups(7)
 *
 * The path can hold colons and blanks, but no line feed.
 */

/** Lines that are not of this form, such as one that was cut, are left out. */
export function procPidCgroup(text: string): CgroupMembership[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    const [, hierarchy, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (hierarchy === undefined || controllers === undefined || path === undefined) return [];
    return [{ hierarchy: Number(hierarchy), controllers: controllers === '' ? [] : controllers.split(','), path }];
  });
}
