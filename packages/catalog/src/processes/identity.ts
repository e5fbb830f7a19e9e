import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/PID/stat');

/** The letters of a task's state, in the order of their index. */
export const PROCESS_STATES = ['R', 'S', 'D', 'Z', 'T', 't', 'X', 'x', 'K', 'W', 'P', 'I'] as const;

export const IDENTITY: readonly Column[] = [
  of.label('pid', null, 'Process id on the node.'),
  of.label('start_time', 'ticks', 'When it started, in clock ticks since boot; with pid it names a process.'),
  of.label('ppid', null, 'Process id of its parent.'),
  {
    name: 'state',
    type: 'enum',
    kind: 'label',
    unit: null,
    help: "State of its main thread by the kernel's letter: R running, S sleeping, D in disk sleep, Z zombie, T stopped, t traced, I idle.",
    source: '/proc/PID/stat',
    values: PROCESS_STATES,
  },
];

function text(name: string, help: string): Column {
  return { name, type: 'utf8', kind: 'label', unit: null, help, source: `/proc/PID/${name}` };
}

/** Texts that the `process` ref stands for. */
export const PROCESS_TEXT: readonly Column[] = [
  text('comm', 'Name of the process, at most 15 bytes.'),
  text('cmdline', 'First 256 bytes of its command line, arguments separated by spaces; null when it is switched off.'),
  text('exe', 'Path of its program.'),
];
