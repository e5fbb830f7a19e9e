import { wholeNumber } from './whole-number.ts';

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
  const list: CgroupMembership[] = [];
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    const membership = parseLine(text.slice(start, end));
    if (membership !== null) list.push(membership);
    start = end + 1;
  }
  return list;
}

function parseLine(line: string): CgroupMembership | null {
  const first = line.indexOf(':');
  const second = line.indexOf(':', first + 1);
  const hierarchy = first < 0 ? null : wholeNumber(line.slice(0, first));
  if (hierarchy === null || second < 0 || line[second + 1] !== '/') return null;
  return { hierarchy, controllers: controllersOf(line.slice(first + 1, second)), path: line.slice(second + 1) };
}

function controllersOf(names: string): string[] {
  const list: string[] = [];
  let start = 0;
  for (let comma = names.indexOf(','); comma >= 0; comma = names.indexOf(',', start)) {
    list.push(names.slice(start, comma));
    start = comma + 1;
  }
  return names === '' ? [] : [...list, names.slice(start)];
}
