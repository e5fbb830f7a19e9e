import { useComputed, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { getText } from './api.ts';
import { canCorrelate, CORRELATION } from './correlations.tsx';
import { HeatmapChoices } from './heatmap-choices.tsx';
import { HeatmapPanel } from './heatmap-panel.tsx';
import { LinesPanel } from './lines-panel.tsx';
import { MetricPicker } from './metric-picker.tsx';
import type { PanelFacts } from './panel-facts.ts';
import { pictureOf, save, savePicture } from './save.ts';
import { attempt, metrics, shown } from './store.ts';
import { STUDIES } from './study.tsx';
import { unitName } from './units.ts';
import { change, chosen, type Form, FORMS, type Group, groupsOf, type PanelState, panels } from './view-state.ts';

const GROUP_NAMES: Readonly<Record<Group, string>> = {
  container: 'by container',
  process: 'by process',
  device: 'by device',
  interface: 'by interface',
  mapping: 'by mapping',
  each: 'each by itself',
  all: 'all together',
};

/** A chart with its head and its read-out. */
export function Panel({ panel, only }: { readonly panel: PanelState; readonly only: boolean }) {
  const section = useRef<HTMLElement>(null);
  const picking = useSignal(false);
  const isHeatmap = panel.form === 'heatmap';
  const facts = useSignal<PanelFacts>({ unit: null, note: null });
  const metric = useComputed(() => metrics.value.find(({ id }) => id === panel.metric));
  // A heatmap's colours say it.
  const unit = isHeatmap ? '' : unitName(facts.value.unit);
  return (
    <section class="panel" aria-label={panel.metric} ref={section}>
      <header>
        <button
          class="metric"
          title={metric.value?.help ?? ''}
          aria-expanded={picking.value}
          onClick={() => (picking.value = !picking.value)}
        >
          {panel.title ?? panel.metric}
          <span class="unit">{unit === '' ? '' : ` ${unit}`}</span>
        </button>
        <select
          aria-label="Form"
          value={panel.form}
          onChange={(event) => change(panel, formOf(panel, event.currentTarget.value as Form))}
        >
          {FORMS.map((form) => (
            <option value={form} key={form}>
              {form}
            </option>
          ))}
        </select>
        {isHeatmap ? <HeatmapChoices panel={panel} /> : <LineChoices panel={panel} />}
        {facts.value.note !== null && <span class="more">{facts.value.note}</span>}
        <span class="tools">
          <button class="link" title="What this chart shows, as CSV" onClick={() => void saveCsv(panel)}>
            CSV
          </button>
          <button
            class="link"
            title="This chart as a picture"
            onClick={() => savePicture(panel.metric, pictureOf([{ title: null, plot: section.current! }]))}
          >
            PNG
          </button>
          <button
            class="icon"
            aria-label={`Remove ${panel.metric}`}
            title="Remove this chart"
            disabled={only}
            onClick={() => remove(panel)}
          >
            ×
          </button>
        </span>
      </header>
      {picking.value && (
        <MetricPicker
          onPick={(id) => {
            picking.value = false;
            change(panel, {
              metric: id,
              group: groupsOf(id).includes(panel.group) ? panel.group : 'container',
              title: null,
            });
          }}
          onClose={() => (picking.value = false)}
        />
      )}
      {isHeatmap ? <HeatmapPanel panel={panel} facts={facts} /> : <LinesPanel panel={panel} facts={facts} />}
    </section>
  );
}

/** What lines are, and what is looked for in them. */
function LineChoices({ panel }: { readonly panel: PanelState }) {
  const mayCorrelate = canCorrelate(panel) || panel.study === CORRELATION;
  return (
    <>
      <select
        aria-label="Lines"
        value={panel.group}
        onChange={(event) => change(panel, { group: event.currentTarget.value as Group })}
      >
        {[...new Set([...groupsOf(panel.metric), panel.group])].map((group) => (
          <option value={group} key={group}>
            {GROUP_NAMES[group]}
          </option>
        ))}
      </select>
      <select
        aria-label="Study"
        value={panel.study ?? ''}
        onChange={(event) => change(panel, { study: event.currentTarget.value || null, of: null })}
      >
        <option value="">no study</option>
        {Object.entries(STUDIES).map(([name, title]) => (
          <option value={name} key={name}>
            {title}
          </option>
        ))}
        {mayCorrelate && <option value={CORRELATION}>what goes with it</option>}
      </select>
    </>
  );
}

/** A heatmap is of containers, and nothing is looked for in it. */
function formOf({ group, study }: PanelState, form: Form): Partial<PanelState> {
  return form === 'heatmap' ? { form, group: 'container', study: null, of: null } : { form, group, study };
}

function remove(panel: PanelState): void {
  panels.value = panels.value.filter(({ id }) => id !== panel.id);
}

/** The values of this chart, each by itself where that is possible. */
async function saveCsv({ metric, group }: PanelState): Promise<void> {
  const { from, to } = shown.peek();
  const names = chosen.peek();
  await attempt(async () => {
    const text = await getText('timeseries', {
      metrics: metric,
      group,
      from: Math.floor(from),
      to: Math.ceil(to),
      points: 10_000,
      format: 'csv',
      containers: names.length === 0 ? undefined : names.join(','),
    });
    save(`${metric}.csv`, new Blob([text], { type: 'text/csv' }));
  });
}
