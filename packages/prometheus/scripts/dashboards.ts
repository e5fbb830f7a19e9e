/**
 * Writes the dashboards that the chart brings:
 *
 *     node --conditions=@fgm/source packages/prometheus/scripts/dashboards.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dashboardOf, DASHBOARDS } from '../src/index.ts';

export const DASHBOARD_DIRECTORY = new URL(
  '../../../deploy/helm/fine-grained-monitor/files/dashboards/',
  import.meta.url,
);

/** Files of that directory by their names. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map(DASHBOARDS.map((one) => [`${one.uid}.json`, `${JSON.stringify(dashboardOf(one), null, 2)}\n`]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(DASHBOARD_DIRECTORY, { recursive: true });
  for (const [name, text] of dashboardFiles()) writeFileSync(new URL(name, DASHBOARD_DIRECTORY), text);
}
