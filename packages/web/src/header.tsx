import { useEffect, useRef } from 'preact/hooks';
import { CompareChoice } from './compare-choice.tsx';
import { ExportMenu } from './export-menu.tsx';
import { dashboard, dashboardTrouble } from './load-dashboard.ts';
import { offline } from './offline.ts';
import { instance, isLive, newest, shown, trouble } from './store.ts';
import { formatClock, formatLength, formatTime } from './times.ts';
import { theme, THEMES, type Theme } from './theme.ts';
import { range } from './view-state.ts';

const LENGTHS: readonly (readonly [string, number])[] = [
  ['1 min', 60],
  ['5 min', 300],
  ['15 min', 900],
  ['1 h', 3_600],
  ['6 h', 21_600],
  ['24 h', 86_400],
  ['7 d', 604_800],
];

/** Who recorded, what time is shown, and how to show another. */
export function Header() {
  const known = instance.value;
  const nodes = known?.nodes.map(({ node }) => node).join(', ') ?? '';
  const { from, to } = shown.value;
  const chosenLast = 'last' in range.value ? range.value.last / 1000 : null;
  const host = useRef<HTMLElement>(null);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      document.documentElement.style.setProperty('--top', `${entry!.borderBoxSize[0]!.blockSize}px`);
    });
    watch.observe(host.current!);
    return () => watch.disconnect();
  }, []);
  return (
    <header class="top" ref={host}>
      <h1>fine-grained-monitor</h1>
      <span class="nodes" title={nodes}>
        {nodes}
      </span>
      <span class={`state ${isLive.value && known?.recording === true ? 'live' : ''}`} role="status">
        {stateOf()}
      </span>
      <div class="ranges" role="group" aria-label="Time range">
        {LENGTHS.map(([name, seconds]) => (
          <button
            key={name}
            aria-pressed={chosenLast === seconds}
            onClick={() => (range.value = { last: seconds * 1000 })}
          >
            {name}
          </button>
        ))}
        <button onClick={() => showAll()} aria-pressed={false}>
          all
        </button>
      </div>
      <span class="shown">{`${formatTime(from)} – ${formatClock(to)} (${formatLength(to - from)})`}</span>
      <ExportMenu />
      <select
        aria-label="Theme"
        value={theme.value}
        onChange={(event) => (theme.value = event.currentTarget.value as Theme)}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <CompareChoice />
      {dashboard.value !== null && (
        <p class="dashboard">
          <strong>{dashboard.value.name}</strong> {dashboard.value.description}
        </p>
      )}
      {dashboardTrouble.value !== null && (
        <p class="trouble" role="alert">
          {dashboardTrouble.value}
        </p>
      )}
      {offline?.notes.map((note) => (
        <p class="note" role="note" key={note}>
          {note}
        </p>
      ))}
      {trouble.value !== null && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      {known?.indexing && (
        <p class="note" role="status">
          {`There is no index.json: ${known.indexing.read.toLocaleString('en')} of ${known.indexing.files.toLocaleString('en')} files read to find all containers.`}
        </p>
      )}
      {known !== null && known.skipped.length > 0 && (
        <details class="skipped">
          <summary>{`${known.skipped.length} files cannot be read`}</summary>
          <ul>
            {known.skipped.map(({ path, reason }) => (
              <li key={path}>{`${path}: ${reason}`}</li>
            ))}
          </ul>
        </details>
      )}
    </header>
  );
}

function stateOf(): string {
  const known = instance.value;
  if (known === null) return '';
  if (known.state === 'waiting') return 'waiting for data';
  if (newest.value === null) return '';
  if (offline !== null) return `recorded until ${formatTime(newest.value)}, exported ${formatTime(offline.exported)}`;
  if (!known.recording) return `recorded until ${formatTime(newest.value)}`;
  return isLive.value ? `live, ${formatClock(newest.value)}` : `recording, ${formatClock(newest.value)}`;
}

/** Everything that there is. */
export function showAll(): void {
  const known = instance.peek();
  if (known === null || known.earliest === null || known.latest === null) return;
  range.value = { from: known.earliest, to: Math.max(known.latest, newest.peek() ?? 0) };
}
