import type { DashboardOptions, Section } from './dashboard.ts';
import { byNode, of, ofViewers, quantile, rateOf } from './expressions.ts';
import { levels } from './panel.ts';

const NODE = '{{node}}';

const NOW: Section = {
  title: 'Now',
  panels: [
    {
      kind: 'stat',
      title: 'Viewers',
      description: 'Viewers that answer, of what is chosen.',
      unit: 'none',
      queries: [{ expr: `count(${of('fgm_viewer_build_info')})`, legend: 'viewers' }],
      thresholds: levels(1, 0),
    },
    {
      kind: 'stat',
      title: 'Oldest newest row',
      description:
        'Age of the newest row, of the node where it is oldest. Some seconds are right while somebody records.',
      unit: 's',
      queries: [{ expr: `max(time() - ${of('fgm_viewer_newest_row_timestamp_seconds')})`, legend: 'age' }],
      thresholds: levels(60, 300),
    },
    {
      kind: 'stat',
      title: 'Files shown',
      description: 'Closed files of all data directories.',
      unit: 'none',
      queries: [{ expr: `sum(${of('fgm_viewer_files')})`, legend: 'files' }],
    },
    {
      kind: 'stat',
      title: 'Files left out',
      description: 'Files that are cut, broken or foreign; /api/v1/instance names them.',
      unit: 'none',
      queries: [{ expr: `sum(${of('fgm_viewer_skipped_files')})`, legend: 'left out' }],
      thresholds: levels(1, 10),
    },
    {
      kind: 'stat',
      title: 'Directories that cannot be read',
      description: 'With none that can, /readyz is red.',
      unit: 'none',
      queries: [{ expr: `sum(${of('fgm_viewer_directories', 'state="unreadable"')})`, legend: 'unreadable' }],
      thresholds: levels(1, 2),
    },
    {
      kind: 'stat',
      title: 'Watching live',
      description: 'Pages that are told of new rows; a viewer takes 64.',
      unit: 'none',
      queries: [{ expr: `sum(${of('fgm_viewer_live_streams')})`, legend: 'streams' }],
      thresholds: levels(48, 64),
    },
  ],
};

const REQUESTS: Section = {
  title: 'Requests',
  panels: [
    {
      kind: 'timeseries',
      title: 'Requests by route',
      description: 'Answers a second, by the pattern of their path.',
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: byNode(rateOf('fgm_viewer_requests_total'), 'route'), legend: '{{node}} {{route}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Requests by status',
      description: 'Answers a second, by the class of their status.',
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: byNode(rateOf('fgm_viewer_requests_total'), 'status'), legend: '{{node}} {{status}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Time that questions take',
      description: 'Of requests of the API, live streams left out.',
      unit: 's',
      queries: [
        { expr: quantile(0.5, 'fgm_viewer_request_duration_seconds'), legend: '{{node}} median' },
        { expr: quantile(0.95, 'fgm_viewer_request_duration_seconds'), legend: '{{node}} 95 %' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Failures by code',
      description: 'busy, range_too_long and too_many_series are limits; internal is a fault of the viewer.',
      unit: 'ops',
      queries: [{ expr: byNode(rateOf('fgm_viewer_problems_total'), 'code'), legend: '{{node}} {{code}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Bytes sent',
      description: 'Over all connections, after compression.',
      unit: 'Bps',
      queries: [{ expr: byNode(rateOf('fgm_viewer_sent_bytes_total')), legend: NODE }],
    },
    {
      kind: 'timeseries',
      title: 'Connections',
      description: 'Open connections, and those of them that are told of new rows.',
      unit: 'short',
      queries: [
        { expr: of('fgm_viewer_connections'), legend: '{{node}} open' },
        { expr: of('fgm_viewer_live_streams'), legend: '{{node}} live' },
      ],
    },
  ],
};

const QUESTIONS: Section = {
  title: 'Questions about rows',
  panels: [
    {
      kind: 'timeseries',
      title: 'Running and waiting',
      description: 'Two run at a time and 64 may wait; who comes after them is told that it is busy.',
      unit: 'short',
      queries: [{ expr: byNode(of('fgm_viewer_queries'), 'state'), legend: '{{node}} {{state}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Time for questions',
      description: 'Seconds in a second that questions were worked on, and that they waited for others.',
      unit: 'percentunit',
      queries: [
        { expr: rateOf('fgm_viewer_query_seconds_total'), legend: '{{node}} worked on' },
        { expr: rateOf('fgm_viewer_query_wait_seconds_total'), legend: '{{node}} waited' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Rows read',
      description: 'Rows a second that were read for questions.',
      unit: 'ops',
      queries: [{ expr: rateOf('fgm_viewer_query_rows_total'), legend: NODE }],
    },
  ],
};

const DATA: Section = {
  title: 'Data',
  panels: [
    {
      kind: 'timeseries',
      title: 'Age of the newest row',
      description: 'By the node that it is of. It grows while nobody records.',
      unit: 's',
      queries: [
        { expr: `time() - max by (cluster, node) (${of('fgm_viewer_newest_row_timestamp_seconds')})`, legend: NODE },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Files',
      description: 'Closed files that are shown, those of them kept open, and those left out.',
      unit: 'short',
      queries: [
        { expr: of('fgm_viewer_files'), legend: '{{node}} shown' },
        { expr: of('fgm_viewer_open_files'), legend: '{{node}} open' },
        { expr: of('fgm_viewer_skipped_files'), legend: '{{node}} left out' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Data directories',
      description: 'recording, closed (nobody records), empty, unreadable.',
      unit: 'short',
      queries: [{ expr: byNode(of('fgm_viewer_directories'), 'state'), legend: '{{node}} {{state}}' }],
    },
  ],
};

const COST: Section = {
  title: 'What it costs',
  panels: [
    {
      kind: 'timeseries',
      title: 'CPU',
      description: 'Of one CPU.',
      unit: 'percentunit',
      queries: [{ expr: ofViewers(rateOf('process_cpu_seconds_total')), legend: NODE }],
      width: 12,
    },
    {
      kind: 'timeseries',
      title: 'Memory',
      description: 'Resident memory, and the heap.',
      unit: 'bytes',
      queries: [
        { expr: ofViewers(of('process_resident_memory_bytes')), legend: '{{node}} resident' },
        { expr: ofViewers(of('nodejs_heap_size_used_bytes')), legend: '{{node}} heap' },
      ],
      width: 12,
    },
  ],
};

export const VIEWER: DashboardOptions = {
  uid: 'fgm-viewer',
  title: 'fine-grained-monitor / viewer',
  description: 'How viewers answer, what they have to show, and what they cost.',
  presence: 'fgm_viewer_build_info',
  sections: [NOW, REQUESTS, QUESTIONS, DATA, COST],
};
