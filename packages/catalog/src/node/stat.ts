import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/stat');

/** States of CPU time, in the order in which the kernel prints them. */
const CPU_STATES: readonly (readonly [state: string, help: string])[] = [
  ['user', 'CPU time in user mode, guests included, niced processes not.'],
  ['nice', 'CPU time of niced processes in user mode, niced guests included.'],
  ['system', 'CPU time in the kernel, without interrupts.'],
  ['idle', 'CPU time without work; may fall a little.'],
  ['iowait', 'CPU time without work while a task of the CPU waited for I/O; not reliable, and may fall.'],
  ['irq', 'CPU time in hardware interrupts.'],
  ['softirq', 'CPU time in software interrupts.'],
  ['steal', 'CPU time that the hypervisor gave to others.'],
  ['guest', 'CPU time of guests, part of stat_cpu_user_usec.'],
  ['guest_nice', 'CPU time of niced guests, part of stat_cpu_nice_usec.'],
];

export const STAT: readonly Column[] = [
  ...CPU_STATES.map(([state, help]) => of.counter(`stat_cpu_${state}_usec`, 'usec', help, `cpu ${state}`)),
  of.gauge('stat_cpus_online', 'count', 'CPUs that are online: those with a line of their own.', 'cpuN'),
  of.counter('stat_intr', 'count', 'Interrupts handled.', 'intr'),
  of.counter('stat_ctxt', 'count', 'Context switches.', 'ctxt'),
  of.gauge('stat_btime_usec', 'usec', 'When the machine was started, in whole seconds since the Unix epoch.', 'btime'),
  of.counter('stat_processes', 'count', 'Processes and threads made: forks.', 'processes'),
  of.gauge('stat_procs_running', 'count', 'Tasks that run or could run.', 'procs_running'),
  of.gauge('stat_procs_blocked', 'count', 'Tasks that wait for I/O.', 'procs_blocked'),
  of.counter('stat_softirq', 'count', 'Software interrupts handled.', 'softirq'),
];
