import { fileColumns } from '@fgm/catalog';
import type { Hierarchy } from '@fgm/catalog';
import { detectCgroups } from '@fgm/discovery';
import type { CgroupMode, CgroupMounts } from '@fgm/discovery';
import { formatCount } from '../text/quantity.ts';
import { fail, ok, warn } from './check.ts';
import type { Check, Examined } from './check.ts';
import { surveyCgroups } from './cgroup-survey.ts';
import type { CgroupSurvey } from './cgroup-survey.ts';

const WANTED_CONTROLLERS = ['cpu', 'memory', 'io', 'pids'] as const;
const WANTED_V1: readonly Hierarchy[] = ['memory', 'cpu', 'cpuacct', 'pids', 'blkio'];

const MODE = 'cgroups';
const USE_V2 = 'boot with systemd.unified_cgroup_hierarchy=1 (the default of current distributions)';

type CheckMode = (root: string, mounts: CgroupMounts, v1: string) => Check;

const MODES: Readonly<Record<CgroupMode, CheckMode>> = {
  v2: (root) => ok(MODE, `version 2 at ${root}`),
  hybrid: (root, { controllers }, v1) =>
    warn(
      MODE,
      `hybrid at ${root}: version 1 for ${v1}, version 2 with ${controllers.join(', ') || 'no controllers'}`,
      'version 1 has no memory.high, no memory pressure and only part of memory.stat',
      USE_V2,
    ),
  v1: (root, _mounts, v1) =>
    warn(
      MODE,
      `version 1 at ${root}: ${v1}`,
      'no pressure (PSI), no memory.high, no memory events, and only part of memory.stat',
      USE_V2,
    ),
  none: (root) =>
    fail(
      MODE,
      `no cgroup tree at ${root}`,
      'nothing can be found, so nothing is recorded',
      'mount it there, or say where it is with --cgroup-root',
    ),
};

function checkMode(root: string, mounts: CgroupMounts): Check {
  const v1 = Object.keys(mounts.hierarchies).filter((name) => name !== 'v2');
  return MODES[mounts.mode](root, mounts, v1.join(', '));
}

function checkControllers(mounts: CgroupMounts): Check {
  const missing =
    mounts.mode === 'v2'
      ? WANTED_CONTROLLERS.filter((name) => !mounts.controllers.includes(name))
      : WANTED_V1.filter((name) => mounts.hierarchies[name] === undefined);
  if (missing.length === 0)
    return ok('controllers', [...(mounts.mode === 'v2' ? WANTED_CONTROLLERS : WANTED_V1)].join(', '));
  return warn(
    'controllers',
    `without ${missing.join(', ')}`,
    `the columns of ${missing.join(', ')} are null`,
    'enable them: +controller in cgroup.subtree_control, or the kernel option cgroup_enable=',
  );
}

/** Kernel files that the catalog has container columns for. */
function catalogFiles(): readonly string[] {
  const sources = fileColumns('containers').map((column) => column.source);
  return [...new Set(sources)].filter((source) => /^(cgroup|cpu|cpuset|io|memory|pids|hugetlb)\./.test(source));
}

function checkFiles(mounts: CgroupMounts, survey: CgroupSurvey): Check {
  const wanted = catalogFiles();
  const missing = wanted.filter((name) => !survey.files.has(name));
  const finding = `${wanted.length - missing.length} of ${wanted.length} files of version 2 exist in ${formatCount(survey.directories)} cgroups`;
  if (missing.length === 0) return ok('cgroup files', finding);
  const named =
    missing.length > 8 ? `${missing.slice(0, 8).join(', ')} and ${missing.length - 8} more` : missing.join(', ');
  const remedy = mounts.mode === 'v2' ? 'a newer kernel, or the controller that has them' : USE_V2;
  return warn(
    'cgroup files',
    `${finding}; missing: ${named}`,
    'their columns are null, unless version 1 has the same',
    remedy,
  );
}

function checkNamespace(survey: CgroupSurvey): Check {
  if (survey.foreign === 0)
    return ok('pid namespace', `all of ${formatCount(survey.processes)} processes looked at have a number here`);
  return warn(
    'pid namespace',
    `${formatCount(survey.foreign)} of ${formatCount(survey.processes)} processes in cgroups live outside of this PID namespace`,
    'no row in processes, no PSS and no page figures for them',
    'run in the PID namespace of the host (hostPID: true in Kubernetes, --pid=host in Docker)',
  );
}

/** The cgroup tree: what mode, which controllers and files, and whether its processes can be seen. */
export function checkCgroups({ cgroupRoot }: Examined): {
  readonly checks: readonly Check[];
  readonly survey: CgroupSurvey | null;
} {
  const mounts = detectCgroups(cgroupRoot);
  const mode = checkMode(cgroupRoot, mounts);
  const tree = mounts.hierarchies.v2 ?? Object.values(mounts.hierarchies)[0];
  if (mounts.mode === 'none' || tree === undefined) return { checks: [mode], survey: null };
  const survey = surveyCgroups(tree);
  // Hybrid hosts keep the processes in the trees of version 1 as well, so any tree shows their numbers.
  const files = mounts.hierarchies.v2 === undefined ? [] : [checkFiles(mounts, survey)];
  return { checks: [mode, checkControllers(mounts), ...files, checkNamespace(survey)], survey };
}
