import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';
import { columnWord } from './column-word.ts';

const current = metricsOf('misc.current');
const peak = metricsOf('misc.peak');
const max = metricsOf('misc.max');
const events = metricsOf('misc.events');

/**
 * The columns of one resource of the misc controller, which differ between machines: `sev`, `sev_es`, `tdx` (counts of
 * encrypted guests), `sgx_epc` (bytes).
 */
export function miscColumns(resource: string): Column[] {
  const prefix = `misc_${columnWord(resource)}`;
  return [
    current.gauge(`${prefix}_current`, null, 'Amount of this resource in use, in its own unit.', resource),
    peak.gauge(`${prefix}_peak`, null, 'Most of this resource in use, in its own unit (kernel 6.11).', resource),
    max.gauge(`${prefix}_max`, null, 'Limit of this resource, in its own unit; null: no limit of its own.', resource),
    events.counter(
      `${prefix}_events_max`,
      'count',
      'Times its limit kept this resource from it; read every 10 s.',
      `${resource}.max`,
    ),
  ];
}
