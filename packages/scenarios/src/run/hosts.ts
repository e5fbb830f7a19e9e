import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { allCgroupMounts, removeTree, whyNoCgroups } from '../machine/cgroups.ts';
import { limitedCgroup } from '../machine/limits.ts';
import { hasProgram } from '../machine/programs.ts';
import { RuncContainer, makeRootfs } from '../machine/runc-container.ts';
import type { Planned } from '../plan.ts';
import { loadProgram } from './load-program.ts';
import type { PodLogs } from './pod-logs.ts';
import { startTimeOf, type RunDirectory } from './run-directory.ts';

/** A container, or a process, of a run, once started. */
export interface Started {
  readonly pid: number;
  /** Whether its first process has gone. */
  readonly ended: () => boolean;
  /** Takes away what is left of it. */
  readonly remove: () => void;
}

/** What a run's loads are started in. */
export interface Host {
  readonly start: (planned: Planned, restart: number) => Started;
}

/**
 * The most real that this machine allows: containers; processes with the cgroups of containers, and their limits; or processes
 * alone.
 */
export const HOST_KINDS = ['containers', 'cgroups', 'processes'] as const;
export type HostKind = (typeof HOST_KINDS)[number];

function whyWithout(programs: readonly string[]): string | false {
  const missing = programs.filter((program) => !hasProgram(program));
  return missing.length > 0 && `there is no ${missing.join(' and no ')}`;
}

/** Which kind can be had here, and why none that is more real. */
export function hostKindHere(): { readonly kind: HostKind; readonly why: string | null } {
  // The recorder sees a run alone in a mount namespace of its own.
  const noCgroups = whyNoCgroups() || whyWithout(['unshare', 'mount']);
  if (noCgroups !== false) return { kind: 'processes', why: noCgroups };
  const noContainers = whyWithout(['runc', 'busybox']);
  return noContainers === false ? { kind: 'containers', why: null } : { kind: 'cgroups', why: noContainers };
}

export function hostOf(kind: HostKind, run: RunDirectory, logs: PodLogs): Host {
  if (kind === 'containers') return containerHost(run, logs);
  return kind === 'cgroups' ? cgroupHost(run, logs) : processHost(logs);
}

/** The cgroup in which a kubelet with the cgroupfs driver would start it. */
function cgroupOf(run: RunDirectory, { qos, podUid, id }: Planned, restart: number): string {
  return `${run.cgroup}/kubepods${qos === 'guaranteed' ? '' : `/${qos}`}/pod${podUid}/${id(restart)}`;
}

/** Real containers. */
export function containerHost(run: RunDirectory, logs: PodLogs): Host {
  const rootfs = makeRootfs(join(run.path, 'rootfs'));
  cpSync(loadProgram(), join(rootfs, 'bin', 'demo-load'));
  chmodSync(join(rootfs, 'bin', 'demo-load'), 0o755);
  return {
    start: (planned, restart) => {
      const { directory, file } = logs.open(planned, restart);
      const { memoryLimitBytes, cpuLimitMillicores, pidsLimit } = planned;
      const container = new RuncContainer({
        id: planned.id(restart),
        cgroup: cgroupOf(run, planned, restart),
        args: ['demo-load', ...planned.load],
        env: [`DEMO_LOG=/log/${file}`, `HOSTNAME=${planned.pod}`],
        rootfs,
        directory: run.path,
        binds: { '/log': directory },
        ...(memoryLimitBytes === null ? {} : { memoryLimitBytes }),
        ...(cpuLimitMillicores === null ? {} : { cpuQuotaUsec: cpuLimitMillicores * 100 }),
        ...(pidsLimit === null ? {} : { pidsLimit }),
      });
      const startTime = startTimeOf(container.pid);
      return {
        pid: container.pid,
        ended: () => startTime === null || startTimeOf(container.pid) !== startTime,
        remove: () => container.remove(),
      };
    },
  };
}

/** A shell's: enters the cgroups whose directories come before `--` and becomes what comes after. */
const ENTER = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs" || exit 126; shift; done; shift; exec "$@"';

/** Processes in the cgroups of containers, for root on a machine without runc. */
function cgroupHost(run: RunDirectory, logs: PodLogs): Host {
  const load = loadCommand();
  return {
    start: (planned, restart) => {
      const cgroup = cgroupOf(run, planned, restart);
      const child = startProcess(
        ['sh', '-c', ENTER, 'sh', ...limitedCgroup(cgroup, planned), '--', ...load],
        planned,
        restart,
        logs,
      );
      return {
        ...startedOf(child),
        remove: () => {
          for (const mount of allCgroupMounts()) removeTree(join(mount, cgroup));
        },
      };
    },
  };
}

/** Plain processes, for a user who may make no cgroups. */
function processHost(logs: PodLogs): Host {
  const load = loadCommand();
  return { start: (planned, restart) => startedOf(startProcess(load, planned, restart, logs)) };
}

function loadCommand(): string[] {
  const program = loadProgram();
  return program.endsWith('.sh') ? ['sh', program] : [program];
}

function startProcess(command: readonly string[], planned: Planned, restart: number, logs: PodLogs): ChildProcess {
  const { directory, file } = logs.open(planned, restart);
  const [program = '', ...args] = [...command, ...planned.load];
  return spawn(program, args, { stdio: 'ignore', env: { ...process.env, DEMO_LOG: join(directory, file) } });
}

function startedOf(child: ChildProcess): Started {
  if (child.pid === undefined) throw new Error(`cannot start ${child.spawnfile}`);
  return {
    pid: child.pid,
    ended: () => child.exitCode !== null || child.signalCode !== null,
    remove: () => void child.kill('SIGKILL'),
  };
}
