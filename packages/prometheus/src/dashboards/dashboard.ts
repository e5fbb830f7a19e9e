import { DATASOURCE, heightOf, panelOf, widthOf, type PanelOptions, type Query } from './panel.ts';

export interface Section {
  readonly title: string;
  readonly panels: readonly PanelOptions[];
}

export interface DashboardOptions {
  /** Also the name of its file. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** The metric that tells which clusters and nodes there are. */
  readonly presence: string;
  readonly sections: readonly Section[];
}

/** Grafana 12. Older ones read it too. */
const SCHEMA_VERSION = 41;
const COLUMNS = 24;

/** What every query selects by. Where a scrape adds no such label, `All` is right all the same. */
export const CHOSEN = 'cluster=~"$cluster",node=~"$node"';

/** A dashboard in Grafana's JSON. */
export function dashboardOf({ uid, title, description, presence, sections }: DashboardOptions): object {
  return {
    uid,
    title,
    description,
    tags: ['fine-grained-monitor'],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    timezone: 'browser',
    links: [
      {
        type: 'dashboards',
        title: 'fine-grained-monitor',
        icon: 'external link',
        tooltip: '',
        tags: ['fine-grained-monitor'],
        // The others show the same clusters, nodes and time.
        keepTime: true,
        includeVars: true,
        targetBlank: false,
        asDropdown: true,
      },
    ],
    annotations: { list: [] },
    templating: { list: variablesOf(presence) },
    panels: layOut(sections),
  };
}

/** Every query of a dashboard. */
export function queriesOf({ sections }: DashboardOptions): readonly Query[] {
  return sections.flatMap(({ panels }) => panels).flatMap(({ queries }) => queries);
}

function variablesOf(presence: string): object[] {
  const datasource = { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };
  const labels = (name: string, label: string, selector: string): object => ({
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    query: { query: `label_values(${presence}${selector}, ${name})`, refId: name },
    definition: `label_values(${presence}${selector}, ${name})`,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { selected: true, text: ['All'], value: ['$__all'] },
  });
  return [datasource, labels('cluster', 'Cluster', ''), labels('node', 'Node', '{cluster=~"$cluster"}')];
}

/** Rows of panels from left to right, each section below a heading. */
function layOut(sections: readonly Section[]): object[] {
  const placed: object[] = [];
  let y = 0;
  for (const { title, panels } of sections) {
    placed.push({
      id: placed.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
    });
    y++;
    let [x, height] = [0, 0];
    for (const panel of panels) {
      const [w, h] = [widthOf(panel), heightOf(panel)];
      if (x + w > COLUMNS) [x, y, height] = [0, y + height, 0];
      placed.push({ id: placed.length + 1, ...panelOf(panel), gridPos: { x, y, w, h } });
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return placed;
}
