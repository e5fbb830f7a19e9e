import { formatDuration } from '@fgm/agent/config';
import { plural } from '../text/quantity.ts';
import { textTable } from '../text/text-table.ts';
import { whatToLookAt } from './run-locally.ts';
import { stateOf, type RunHome, type RunRecord } from './run-record.ts';

/** How long it has run, in whole seconds. */
function lasted({ began, ended }: RunRecord, now: Date): string {
  const until = ended === null ? now.getTime() : Date.parse(ended);
  const seconds = Math.max(0, Math.round((until - Date.parse(began)) / 1000));
  return seconds === 0 ? '0s' : formatDuration(seconds * 1e6);
}

function startsOf({ containers }: RunRecord): number {
  return containers.reduce((sum, { starts }) => sum + starts, 0);
}

/** All runs, a line each. */
export function statusLines(records: readonly RunRecord[], now: Date): string[] {
  return textTable(
    [
      { heading: 'RUN' },
      { heading: 'STATE' },
      { heading: 'BEGAN' },
      { heading: 'FOR', align: 'right' },
      { heading: 'STARTS', align: 'right' },
      { heading: 'SCENARIOS' },
    ],
    records.map((record) => [
      record.run,
      stateOf(record),
      `${record.began.slice(0, 19)}Z`,
      lasted(record, now),
      String(startsOf(record)),
      record.scenarios.join(', '),
    ]),
  );
}

/** One run: its containers, and where to look. */
export function runLines(home: RunHome, record: RunRecord, now: Date): string[] {
  const { run, kind, seed, duration_ms: duration, data_directory: data, outcome } = record;
  const planned = duration === null ? 'until it is stopped' : `for ${formatDuration(duration * 1000)}`;
  const isRunning = stateOf(record) === 'running';
  return [
    `${run}: ${stateOf(record)}, ${plural(startsOf(record), 'start')} in ${lasted(record, now)}; ${kind}, seed ${seed}, ${planned}`,
    `began ${record.began}${outcome === null ? '' : `, ended ${record.ended}`}, recorded to ${data}`,
    '',
    ...textTable(
      [
        { heading: 'SCENARIO' },
        { heading: 'NOW' },
        { heading: 'STARTS', align: 'right' },
        { heading: 'NAMESPACE' },
        { heading: 'POD' },
      ],
      record.containers.map(({ scenario, running, starts, namespace, pod }) => [
        scenario,
        isRunning ? (running ? 'running' : 'waiting') : 'gone',
        String(starts),
        namespace,
        pod,
      ]),
    ),
    '',
    ...whatToLookAt(home, record),
  ];
}
