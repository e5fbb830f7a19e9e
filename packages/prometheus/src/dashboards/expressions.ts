import { CHOSEN } from './dashboard.ts';

const WINDOW = '[$__rate_interval]';

/** A metric of what is chosen. @param more matchers, such as `kind="host"` */
export function of(metric: string, more?: string): string {
  return `${metric}{${more === undefined ? '' : `${more},`}${CHOSEN}}`;
}

/** Its rate. */
export function rateOf(metric: string, more?: string): string {
  return `rate(${of(metric, more)}${WINDOW})`;
}

export function byNode(expression: string, ...labels: readonly string[]): string {
  return `sum by (${['cluster', 'node', ...labels].join(', ')}) (${expression})`;
}

export function quantile(share: number, histogram: string): string {
  return `histogram_quantile(${share}, ${byNode(rateOf(`${histogram}_bucket`), 'le')})`;
}

/** Of processes: those of recorders, not of viewers. */
export function ofRecorders(expression: string): string {
  return `${expression} and on (instance) ${of('fgm_build_info')}`;
}

export function ofViewers(expression: string): string {
  return `${expression} and on (instance) ${of('fgm_viewer_files')}`;
}

export const MISSED = `${byNode(rateOf('fgm_ticks_total', 'outcome="missed"'))} / ${byNode(rateOf('fgm_ticks_total'))}`;

/** Rows of containers written, of those that should have been. */
export const COVERAGE = [
  byNode(
    `${rateOf('fgm_rows_written_total', 'table="containers"')} * on (instance) group_left () ${of('fgm_interval_seconds')}`,
  ),
  byNode(`avg_over_time(${of('fgm_entities_found')}${WINDOW})`),
].join(' / ');

export const STORE_USED = `${of('fgm_store_bytes')} / ${of('fgm_store_bytes_limit')}`;
