import { cgroupMounts, type CgroupSandbox } from '@fgm/testkit';

/** Binds each pair of arguments before `--`, the first over the second, and becomes the command that is behind it. */
const BIND_AND_BECOME = `
while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit 1; shift 2; done
shift
exec "$@"`;

/**
 * The beginning of a command line that runs a command in a mount namespace of its own, in which the sandbox is all that there is of
 * each cgroup hierarchy. The process remains the one that was spawned.
 */
export function seeingOnly(sandbox: CgroupSandbox): string[] {
  const mounts = cgroupMounts();
  const names = Object.keys(sandbox.directories) as (keyof typeof mounts)[];
  const pairs = new Map(names.map((name) => [sandbox.directories[name]!, mounts[name]!]));
  return ['unshare', '--mount', 'sh', '-c', BIND_AND_BECOME, 'sh', ...[...pairs].flat(), '--'];
}
