import { signal } from '@preact/signals';
import { ApiError, get, type Container, type Metric } from './api.ts';
import { type Dashboard, DashboardError, fits, parseDashboard } from './dashboard.ts';
import { nameOf } from './store.ts';
import { STUDIES } from './study.tsx';
import { chosen, givenAddress, OWN, panelOf, panels, type PanelState, range } from './view-state.ts';

/** The dashboard that the address asks for; null for none. */
export const dashboard = signal<Dashboard | null>(null);
/** What is wrong with it. */
export const dashboardTrouble = signal<string | null>(null);

/** Parts of the address that are no variables of a dashboard. */
const NO_VARIABLES: ReadonlySet<string> = new Set([...OWN, 'dashboard', 'dashboard_inline']);

/** Shows the dashboard that the address asks for: by its name, as `?dashboard=`, or in itself, in Base64, as `?dashboard_inline=`. */
export async function loadDashboard(address: string): Promise<void> {
  const query = new URLSearchParams(address);
  const [name, inline] = [query.get('dashboard'), query.get('dashboard_inline')];
  if (name === null && inline === null) return;
  dashboardTrouble.value = null;
  try {
    const variables = new Map([...query].filter(([key]) => !NO_VARIABLES.has(key)));
    const found = parseDashboard(inline === null ? await textOf(name!) : decoded(inline), variables);
    // The address has charts of its own when it was changed by hand and the page loaded again, and in an exported file.
    await (query.has('panel') ? giveTitles(found.panels) : show(found));
    dashboard.value = found;
  } catch (error) {
    const known = error instanceof DashboardError || error instanceof ApiError;
    dashboardTrouble.value = `dashboard ${name ?? 'in the address'}: ${known ? error.message : String(error)}`;
  }
}

async function textOf(name: string): Promise<string> {
  return JSON.stringify(await get<object>(`dashboards/${encodeURIComponent(name)}`));
}

function decoded(inline: string): string {
  try {
    const bytes = Uint8Array.from(atob(inline.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DashboardError('it is not Base64', { cause });
  }
}

/**
 * The address of what is shown, for a file that is opened where nobody can be asked for a dashboard: what it is called and its charts are called
 * stands in the address itself.
 */
export function addressWithDashboard(): string {
  const query = new URLSearchParams([...new URLSearchParams(givenAddress())].filter(([key]) => OWN.has(key)));
  const found = dashboard.peek();
  if (found !== null) query.set('dashboard_inline', encoded(titlesOnly(found, panels.peek())));
  return `?${query.toString()}`;
}

function titlesOnly({ name, description }: Dashboard, shown: readonly PanelState[]): object {
  const list = shown.map(({ metric, title }) => ({ metric, title }));
  return { schema_version: 1, name, description, panels: list };
}

function encoded(document: object): string {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

type Listed = Dashboard['panels'][number];

/** Charts that the address has are called what the dashboard calls those of the same metric, in its order. */
async function giveTitles(list: readonly Listed[]): Promise<void> {
  const { metrics } = await get<{ metrics: Metric[] }>('metrics');
  const left = list.map((one) => ({ title: one.title, id: idOf(one, metrics) }));
  panels.value = panels.peek().map((panel) => {
    const at = left.findIndex(({ id }) => id === panel.metric);
    return at < 0 ? panel : { ...panel, title: left.splice(at, 1)[0]!.title };
  });
}

function idOf({ metric }: Listed, metrics: readonly Metric[]): string | null {
  return metrics.find(({ id, name }) => id === metric || name === metric)?.id ?? null;
}

/** Shows what a dashboard chooses. */
async function show({ containers: wanted, padding, panels: list }: Dashboard): Promise<void> {
  const labels = Object.entries(wanted.labels).map(([key, value]) => `${key}=${value}`);
  const parameters = {
    limit: 10_000,
    ...(wanted.namespace === null ? {} : { namespace: wanted.namespace }),
    ...(labels.length === 0 ? {} : { labels: labels.join(',') }),
  };
  const [{ containers }, { metrics }] = await Promise.all([
    get<{ containers: Container[] }>('containers', parameters),
    get<{ metrics: Metric[] }>('metrics'),
  ]);
  const found = containers.filter(
    ({ pod, container }) =>
      wanted.pattern === null || [pod, container].some((name) => name !== null && fits(wanted.pattern!, name)),
  );
  if (found.length === 0) throw new DashboardError('no container fits it');
  panels.value = list.map((one) => {
    const id = idOf(one, metrics);
    if (id === null) throw new DashboardError(`there is no metric ${one.metric}`);
    return { ...panelOf(id, 'container', studyOf(one.study)), title: one.title };
  });
  const isEverybody = wanted.namespace === null && labels.length === 0 && wanted.pattern === null;
  chosen.value = isEverybody ? [] : found.map(nameOf);
  if (padding === null) return;
  range.value = {
    from: Math.min(...found.map(({ first_seen }) => first_seen)) - padding * 1000,
    to: Math.max(...found.map(({ last_seen }) => last_seen)) + padding * 1000,
  };
}

/** The earlier monitor wrote `changepoint`. @throws DashboardError for a study that there is not */
function studyOf(name: string | null): string | null {
  if (name === null) return null;
  const known = name === 'changepoint' ? 'change-points' : name;
  if (known in STUDIES) return known;
  throw new DashboardError(`there is no study ${name}; there are ${Object.keys(STUDIES).join(', ')}`);
}
