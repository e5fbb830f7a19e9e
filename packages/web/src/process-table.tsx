import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get, type ProcessAt } from './api.ts';
import { containers, nameOf, titleOf } from './store.ts';
import { formatTime } from './times.ts';
import { formatValue } from './units.ts';
import { chosen, pinned } from './view-state.ts';

const MOST = 50;
/** Figures of a process, as the table shows them. */
const COLUMNS = [
  ['cpu_millicores', 'CPU', 'millicores'],
  ['stat_rss_bytes', 'RSS', 'bytes'],
  ['smaps_rollup_pss_bytes', 'PSS', 'bytes'],
  ['uss_bytes', 'USS', 'bytes'],
  ['stat_num_threads', 'threads', 'count'],
] as const;
type Order = (typeof COLUMNS)[number][0];

interface Listed {
  readonly at: number;
  readonly processes: readonly ProcessAt[];
  readonly total: number;
}

/** The processes of the instant that was clicked at, of what is chosen. */
export function ProcessTable() {
  const order = useSignal<Order>('cpu_millicores');
  const listed = useSignal<Listed | null>(null);
  const trouble = useSignal<string | null>(null);
  const titles = useComputed(() => new Map(containers.value.map((one) => [nameOf(one), titleOf(one)])));
  const at = pinned.value;
  const names = chosen.value;

  useEffect(() => {
    if (at === null) return undefined;
    const asking = new AbortController();
    const parameters = {
      at: Math.ceil(at),
      order: order.value,
      limit: MOST,
      ...(names.length === 0 ? {} : { containers: names.join(',') }),
    };
    get<Listed>('processes', parameters, asking.signal).then(
      (answer) => {
        listed.value = answer;
        trouble.value = null;
      },
      (error: Error) => {
        if (error.name !== 'AbortError') trouble.value = error.message;
      },
    );
    return () => asking.abort();
  }, [at, names, order.value]);

  if (at === null) return null;
  const rows = listed.value?.processes ?? [];
  return (
    <section class="processes" aria-label="Processes">
      <header>
        <h2>{`Processes at ${formatTime(at)}`}</h2>
        <span class="more">
          {listed.value !== null && listed.value.total > rows.length ? `${rows.length} of ${listed.value.total}` : ''}
        </span>
        <button class="icon" aria-label="Close the list of processes" onClick={() => (pinned.value = null)}>
          ×
        </button>
      </header>
      {trouble.value !== null && <p role="alert">{trouble.value}</p>}
      {listed.value !== null && rows.length === 0 && <p>No process has a row of this instant.</p>}
      {rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Processes">
          <table>
            <thead>
              <tr>
                <th scope="col">process</th>
                <th scope="col">pid</th>
                <th scope="col">container</th>
                {COLUMNS.map(([name, title]) => (
                  <th key={name} scope="col" class="number" aria-sort={order.value === name ? 'descending' : 'none'}>
                    <button class="link" onClick={() => (order.value = name)}>
                      {title}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <tr key={`${one.container} ${one.pid} ${one.time}`}>
                  <td title={one.cmdline ?? ''}>{one.comm ?? '–'}</td>
                  <td>{one.pid}</td>
                  <td>{titles.value.get(nameOf({ node: one.node ?? '', key: one.key })) ?? one.key}</td>
                  {COLUMNS.map(([name, , unit]) => (
                    <td key={name} class="number">
                      {formatValue(one[name], unit)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
