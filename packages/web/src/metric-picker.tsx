import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { bestOf } from './fuzzy.ts';
import { metrics } from './store.ts';

const MOST = 30;

/** Finds a metric by some of its letters. */
export function MetricPicker({
  onPick,
  onClose,
}: {
  readonly onPick: (id: string) => void;
  readonly onClose: () => void;
}) {
  const letters = useSignal('');
  const active = useSignal(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const found = bestOf(letters.value, metrics.value, ({ id }) => id, MOST);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'ArrowDown') active.value = Math.min(found.length - 1, active.value + 1);
    else if (event.key === 'ArrowUp') active.value = Math.max(0, active.value - 1);
    else if (event.key === 'Enter' && found[active.value] !== undefined) onPick(found[active.value]!.id);
    else return;
    event.preventDefault();
  };
  return (
    <div class="picker">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Metric"
        aria-expanded="true"
        aria-controls="metrics"
        aria-activedescendant={`metric-${active.value}`}
        placeholder="Metric: memory anon, cpu throttled, rss…"
        value={letters.value}
        onInput={(event) => {
          letters.value = event.currentTarget.value;
          active.value = 0;
        }}
        onKeyDown={onKey}
      />
      <ul id="metrics" role="listbox" aria-label="Metrics">
        {found.map((metric, at) => (
          <li
            key={metric.id}
            id={`metric-${at}`}
            role="option"
            aria-selected={at === active.value}
            onMouseDown={(event) => {
              event.preventDefault();
              onPick(metric.id);
            }}
            onMouseEnter={() => (active.value = at)}
          >
            <span class="name">{metric.id}</span>
            <span class="unit">{`${metric.kind}${metric.unit === null ? '' : `, ${metric.unit}`}`}</span>
            <span class="help">{metric.help}</span>
          </li>
        ))}
        {found.length === 0 && <li class="none">No metric fits.</li>}
      </ul>
    </div>
  );
}
