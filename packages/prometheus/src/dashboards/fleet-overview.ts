import type { DashboardOptions, Section } from './dashboard.ts';
import { byNode, COVERAGE, MISSED, of, ofRecorders, rateOf, STORE_USED } from './expressions.ts';
import { levels } from './panel.ts';

const NODE = '{{cluster}} {{node}}';
const WORST = 10;

const NOW: Section = {
  title: 'Fleet',
  panels: [
    {
      kind: 'stat',
      title: 'Recorders',
      description: 'Recorders that answer.',
      unit: 'none',
      queries: [{ expr: `count(${of('fgm_build_info')})`, legend: 'recorders' }],
      thresholds: levels(1, 0),
    },
    {
      kind: 'stat',
      title: 'Gone within a day',
      description: 'Recorders that answered within a day and do not now: dead, or their nodes are gone.',
      unit: 'none',
      queries: [
        {
          expr: `count(last_over_time(${of('fgm_build_info')}[1d]) unless on (instance) ${of('fgm_build_info')}) or vector(0)`,
          legend: 'gone',
        },
      ],
      thresholds: levels(1, 5),
    },
    {
      kind: 'stat',
      title: 'Containers',
      description: 'Containers that are recorded now.',
      unit: 'short',
      queries: [{ expr: `sum(${of('fgm_entities', 'kind="container"')})`, legend: 'containers' }],
    },
    {
      kind: 'stat',
      title: 'Processes',
      description: 'Processes that are recorded now.',
      unit: 'short',
      queries: [{ expr: `sum(${of('fgm_entities', 'kind="process"')})`, legend: 'processes' }],
    },
    {
      kind: 'stat',
      title: 'Rows a second',
      description: 'Rows written, of all tables.',
      unit: 'ops',
      queries: [{ expr: `sum(${rateOf('fgm_rows_written_total')})`, legend: 'rows' }],
    },
    {
      kind: 'stat',
      title: 'On disk',
      description: 'Data directories of all nodes together.',
      unit: 'bytes',
      queries: [{ expr: `sum(${of('fgm_store_bytes')})`, legend: 'bytes' }],
    },
  ],
};

const WORST_NODES: Section = {
  title: `The ${WORST} nodes where it stands worst`,
  panels: [
    {
      kind: 'timeseries',
      title: 'Ticks missed',
      description: 'Share of ticks that did not take place. FgmTicksMissed fires above 1 %.',
      unit: 'percentunit',
      queries: [{ expr: `topk(${WORST}, ${MISSED})`, legend: NODE }],
      thresholds: levels(0.001, 0.01),
    },
    {
      kind: 'timeseries',
      title: 'Coverage',
      description: 'Rows written, of one for each thing found and tick. FgmCoverageLow fires below 95 %.',
      unit: 'percentunit',
      queries: [{ expr: `bottomk(${WORST}, ${COVERAGE})`, legend: NODE }],
      thresholds: levels(0.99, 0.95),
    },
    {
      kind: 'timeseries',
      title: 'Write errors',
      description: 'Failed writes a second.',
      unit: 'ops',
      queries: [{ expr: `topk(${WORST}, ${byNode(rateOf('fgm_write_errors_total'))})`, legend: NODE }],
    },
    {
      kind: 'timeseries',
      title: 'CPU',
      description: 'Of one CPU. FgmHighCpu fires above a quarter.',
      unit: 'percentunit',
      queries: [{ expr: `topk(${WORST}, ${ofRecorders(rateOf('process_cpu_seconds_total'))})`, legend: NODE }],
      thresholds: levels(0.1, 0.25),
    },
    {
      kind: 'timeseries',
      title: 'Memory',
      description: 'Resident memory of recorders.',
      unit: 'bytes',
      queries: [{ expr: `topk(${WORST}, ${ofRecorders(of('process_resident_memory_bytes'))})`, legend: NODE }],
    },
    {
      kind: 'timeseries',
      title: 'Data directory, of its limit',
      description: 'Full is normal where --on-limit is evict.',
      unit: 'percentunit',
      queries: [{ expr: `topk(${WORST}, ${STORE_USED})`, legend: NODE }],
      thresholds: levels(0.8, 0.9),
    },
  ],
};

const INVENTORY: Section = {
  title: 'What runs where',
  panels: [
    {
      kind: 'table',
      title: 'Versions',
      description: 'Recorders by version of their own and of Node.js.',
      unit: 'none',
      queries: [{ expr: `count by (cluster, version, node_version) (${of('fgm_build_info')})`, legend: 'recorders' }],
      width: 12,
    },
    {
      kind: 'table',
      title: 'Alerts firing',
      description: 'Alerts of fine-grained-monitor that fire now, by node.',
      unit: 'none',
      queries: [
        {
          expr: 'count by (cluster, node, alertname, severity) (ALERTS{alertname=~"Fgm.*",alertstate="firing"})',
          legend: 'alerts',
          mayBeEmpty: true,
        },
      ],
      width: 12,
    },
  ],
};

export const FLEET_OVERVIEW: DashboardOptions = {
  uid: 'fgm-fleet-overview',
  title: 'fine-grained-monitor / fleet overview',
  description: 'All recorders of all clusters: which are there, which do worst, what they have.',
  presence: 'fgm_build_info',
  sections: [NOW, WORST_NODES, INVENTORY],
};
