import { useSignal } from '@preact/signals';
import { MetricPicker } from './metric-picker.tsx';
import { SCALES } from './colour-scale.ts';
import { change, type HeatmapState, ORDERS, type PanelState, ROWS } from './view-state.ts';

const ORDER_NAMES: Readonly<Record<HeatmapState['by'], string>> = { avg: 'mean', max: 'peak', last: 'last' };
const SCALE_NAMES: Readonly<Record<HeatmapState['scale'], string>> = {
  linear: 'linear',
  log: 'log',
};

/** How many rows a heatmap has, which come first, and what its colours mean. */
export function HeatmapChoices({ panel }: { readonly panel: PanelState }) {
  const picking = useSignal(false);
  const { rows, order, by, scale } = panel.heatmap;
  const set = (other: Partial<HeatmapState>): void => change(panel, { heatmap: { ...panel.heatmap, ...other } });
  return (
    <>
      <select
        aria-label="Rows"
        value={String(rows)}
        onChange={(event) => set({ rows: Number(event.currentTarget.value) })}
      >
        {ROWS.map((count) => (
          <option key={count} value={String(count)}>{`first ${count}`}</option>
        ))}
      </select>
      <span class="order">
        <label>
          {'by '}
          <select
            aria-label="Order"
            value={by}
            onChange={(event) => set({ by: event.currentTarget.value as HeatmapState['by'] })}
          >
            {ORDERS.map((one) => (
              <option key={one} value={one}>
                {ORDER_NAMES[one]}
              </option>
            ))}
          </select>
        </label>
        {' of '}
        <button
          aria-expanded={picking.value}
          aria-label={`Ordered by ${order ?? 'itself'}`}
          onClick={() => (picking.value = !picking.value)}
        >
          {order ?? 'itself'}
        </button>
      </span>
      <select
        aria-label="Colours"
        title="What the colours go up by"
        value={scale}
        onChange={(event) => set({ scale: event.currentTarget.value as HeatmapState['scale'] })}
      >
        {SCALES.map((one) => (
          <option key={one} value={one}>
            {SCALE_NAMES[one]}
          </option>
        ))}
      </select>
      {picking.value && (
        <div class="order-picker">
          <MetricPicker
            onPick={(id) => {
              picking.value = false;
              set({ order: id === panel.metric ? null : id });
            }}
            onClose={() => (picking.value = false)}
          />
        </div>
      )}
    </>
  );
}
