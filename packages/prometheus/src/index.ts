import { FLEET_OVERVIEW } from './dashboards/fleet-overview.ts';
import { RECORDER_HEALTH } from './dashboards/recorder-health.ts';
import { VIEWER } from './dashboards/viewer.ts';

export { dashboardOf, queriesOf, type DashboardOptions } from './dashboards/dashboard.ts';
export { metricsIn } from './metric-names.ts';
export { parseExposition, type Described } from './exposition.ts';
export { scaledRules, type Alert, type RuleFile } from './rule-file.ts';

export const DASHBOARDS = [RECORDER_HEALTH, VIEWER, FLEET_OVERVIEW] as const;
