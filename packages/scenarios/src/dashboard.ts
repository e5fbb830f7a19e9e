import { scenario, type ScenarioName } from './scenarios.ts';

/** Which containers a dashboard is about. */
export interface DashboardSubject {
  /** The title. */
  readonly name: string;
  readonly namespace?: string;
  /** Of the pod's or the container's name; without one, all containers. */
  readonly pattern?: string;
}

/** A dashboard for `fgm view`, schema 1: what these scenarios are to be seen by. */
export function dashboardOf(names: readonly ScenarioName[], { name, namespace, pattern }: DashboardSubject): object {
  const panels = new Map<string, string>();
  for (const [metric, title] of names.flatMap((each) => Object.entries(scenario(each).panels)))
    if (!panels.has(metric)) panels.set(metric, title);
  return {
    schema_version: 1,
    name,
    description: names.map((each) => `${each}: ${scenario(each).shows}`).join('; '),
    containers: {
      ...(namespace === undefined ? {} : { namespace }),
      ...(pattern === undefined ? {} : { name_pattern: pattern }),
    },
    time_range: { mode: 'from_containers', padding_seconds: 5 },
    panels: [...panels].map(([metric, title]) => ({ metric, title })),
  };
}
