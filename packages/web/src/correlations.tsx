import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get, type Line, type Timeseries } from './api.ts';
import { Asking } from './asking.ts';
import { Swatch } from './read-out.tsx';
import { metrics, nameOf, shown } from './store.ts';
import { change, panelOf, type PanelState, panels } from './view-state.ts';

/** The study of one line: which metrics of its container go with it. */
export const CORRELATION = 'correlation';
/** What goes with a line that grows is looked for again after so long, in milliseconds. */
const AGAIN_MS = 15_000;
const MOST_LISTED = 40;

interface Correlated {
  readonly metric: string;
  readonly step: number;
  readonly candidates: number;
  readonly correlations: readonly {
    readonly metric: string;
    readonly correlation: number;
    readonly lag_ms: number;
    readonly confidence: number;
  }[];
}

interface Found {
  readonly correlated: Correlated | null;
  readonly trouble: string | null;
}

/** Whether metrics of a chart can be compared with others: each container has one value a tick of them. */
export function canCorrelate({ metric, group, form }: Pick<PanelState, 'metric' | 'group' | 'form'>): boolean {
  return metric.startsWith('containers.') && group === 'container' && form !== 'heatmap';
}

/** Metrics of the container of one of a chart's lines that go with it; each can be had as a chart. */
export function Correlations({
  panel,
  answer,
  named,
}: {
  readonly panel: PanelState;
  readonly answer: Timeseries | null;
  /** Name and colour of each line, in the order of the answer. */
  readonly named: ReadonlyMap<string, { readonly name: string; readonly colour: string }>;
}) {
  const drawn = [...named.values()];
  const lines = (answer?.charts[0]?.lines ?? []).map((line, at) => ({ ...drawn[at]!, id: idOfLine(line) }));
  const line = panel.of === null ? lines[0] : lines.find(({ id }) => id === panel.of);
  const of = panel.of ?? line?.id ?? null;
  const { correlated, trouble } = useCorrelations(panel, of);
  return (
    <div class="findings correlations">
      <label>
        {'What goes with '}
        <select
          aria-label="Line"
          value={of ?? ''}
          onChange={(event) => change(panel, { of: event.currentTarget.value })}
        >
          {of !== null && line === undefined && <option value={of}>{of}</option>}
          {lines.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {line !== undefined && <Swatch colour={line.colour} />}
      {correlated !== null && (
        <span class="sure">{`of ${correlated.candidates} other metrics of it, up to a minute apart`}</span>
      )}
      {trouble !== null && <p class="trouble">{trouble}</p>}
      {trouble === null && correlated === null && of !== null && <p>Looking…</p>}
      {correlated?.correlations.length === 0 && <p>Nothing goes with it that noise would not as well.</p>}
      {correlated !== null && correlated.correlations.length > 0 && <List {...correlated} panel={panel} />}
    </div>
  );
}

function List({ correlations, panel }: Correlated & { readonly panel: PanelState }) {
  const all = useSignal(false);
  const listed = all.value ? correlations : correlations.slice(0, MOST_LISTED);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Metrics that go with it">
      <table>
        <thead>
          <tr>
            <th scope="col">metric</th>
            <th scope="col">correlation</th>
            <th scope="col">when</th>
            <th scope="col">sure</th>
          </tr>
        </thead>
        <tbody>
          {listed.map(({ metric, correlation, lag_ms: lag, confidence }) => (
            <tr key={metric}>
              <td>
                <Add metric={metric} after={panel} />
              </td>
              <td class="number">
                <Bar part={correlation} />
                {`${correlation < 0 ? '−' : ''}${Math.abs(correlation).toFixed(2)}`}
              </td>
              <td>{whenOf(lag)}</td>
              <td class="number">{`${(Math.floor(confidence * 1000) / 10).toFixed(1)} %`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {listed.length < correlations.length && (
        <button class="link" onClick={() => (all.value = true)}>
          {`${correlations.length - listed.length} more`}
        </button>
      )}
    </div>
  );
}

function Add({ metric, after }: { readonly metric: string; readonly after: PanelState }) {
  const isThere = panels.value.some((one) => one.metric === metric);
  // All of them are of one table.
  const name = metric.slice(metric.indexOf('.') + 1);
  if (isThere) return <span class="there">{`${name}, shown`}</span>;
  return (
    <button
      class="link"
      title={metrics.value.find(({ id }) => id === metric)?.help ?? ''}
      onClick={() => addAfter(after, metric)}
    >
      {`+ ${name}`}
    </button>
  );
}

/** From the middle to the right for what rises with it, to the left for what falls. */
function Bar({ part }: { readonly part: number }) {
  const length = Math.abs(part) * 30;
  return (
    <svg class="bar" viewBox="0 0 60 10" aria-hidden="true">
      <path class="middle" d="M30 0V10" />
      <rect x={part < 0 ? 30 - length : 30} y="2" width={length} height="6" class={part < 0 ? 'falls' : 'rises'} />
    </svg>
  );
}

function whenOf(lag: number): string {
  if (lag === 0) return 'at once';
  const length = Math.abs(lag) < 1000 ? `${Math.abs(lag)} ms` : `${Math.round(Math.abs(lag) / 100) / 10} s`;
  return `${length} ${lag > 0 ? 'later' : 'earlier'}`;
}

function addAfter(before: PanelState, metric: string): void {
  panels.value = panels.value.flatMap((one) => (one.id === before.id ? [one, panelOf(metric)] : [one]));
}

function idOfLine({ node, key }: Pick<Line, 'node' | 'key'>): string {
  return nameOf({ node: node ?? '', key: key ?? '' });
}

/** @param of the container; null while none is known */
function useCorrelations({ metric }: PanelState, of: string | null): Found {
  const state = useSignal<Found>({ correlated: null, trouble: null });
  useEffect(() => {
    state.value = { correlated: null, trouble: null };
    if (of === null) return undefined;
    const asking = new Asking<Correlated>({
      question: (signal) => {
        const { from, to } = shown.peek();
        const parameters = { metric, container: of, from: Math.floor(from), to: Math.ceil(to) };
        return get<Correlated>(`studies/${CORRELATION}`, parameters, signal);
      },
      answered: (correlated) => (state.value = { correlated, trouble: null }),
      failed: ({ message }) => (state.value = { correlated: null, trouble: message }),
      refreshMs: AGAIN_MS,
    });
    const stop = shown.subscribe(() => asking.soon());
    return () => {
      stop();
      asking.stop();
    };
  }, [metric, of]);
  return state.value;
}
