import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

/** Resources with pressure stall information, in the order of their columns. */
export const PRESSURE_RESOURCES = ['cpu', 'memory', 'io', 'irq'] as const;
export type PressureResource = (typeof PRESSURE_RESOURCES)[number];

const SHARES = {
  some: 'at least one task waited for',
  full: 'all tasks waited for',
} as const;

const WAITED_FOR: Readonly<Record<PressureResource, string>> = {
  cpu: 'a CPU',
  memory: 'memory',
  io: 'I/O',
  irq: 'interrupt handling',
};

function pressure(resource: PressureResource, share: 'some' | 'full', source: string): Column[] {
  const of = metricsOf(source);
  const name = `${resource}_pressure_${share}`;
  const what = `${SHARES[share]} ${WAITED_FOR[resource]}`;
  return [
    ...[10, 60, 300].map((seconds) =>
      of.fraction(
        `${name}_avg${seconds}`,
        'percent',
        `Share of the last ${seconds} s in which ${what}.`,
        `${share} avg${seconds}`,
      ),
    ),
    of.counter(`${name}_total_usec`, 'usec', `Time in which ${what}.`, `${share} total`),
  ];
}

/** The columns of all pressure files. @param sourceOf the file of a resource */
export function pressureColumns(sourceOf: (resource: PressureResource) => string): Column[] {
  return PRESSURE_RESOURCES.flatMap((resource) => {
    const full = pressure(resource, 'full', sourceOf(resource));
    // irq.pressure (kernel 6.1) has no `some`: interrupts stop everybody on their CPU.
    return resource === 'irq' ? full : [...pressure(resource, 'some', sourceOf(resource)), ...full];
  });
}

export const PRESSURE: readonly Column[] = pressureColumns((resource) => `${resource}.pressure`);
