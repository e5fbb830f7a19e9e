import { useSignal } from '@preact/signals';
import { back, shown } from './store.ts';
import { formatClock, formatLength, formatTime } from './times.ts';
import { type Comparison, comparison, comparisonText } from './view-state.ts';

const CHOICES: readonly (readonly [string, Comparison])[] = [
  ['the time before', 'previous'],
  ['a minute before', { back: 60_000 }],
  ['an hour before', { back: 3_600_000 }],
  ['a day before', { back: 86_400_000 }],
  ['a week before', { back: 7 * 86_400_000 }],
];
const OTHER = 'other';

/** Which other range is compared with what is shown. */
export function CompareChoice() {
  const asking = useSignal(false);
  const wanted = comparison.value;
  const text = wanted === null ? '' : comparisonText(wanted);
  const isListed = text === '' || CHOICES.some(([, one]) => comparisonText(one) === text);
  const isOther = asking.value || !isListed;
  const { from, to } = shown.value;
  return (
    <div class="compare" role="group" aria-label="Comparison">
      <label>
        {'compare '}
        <select
          aria-label="Compare with"
          value={isOther ? OTHER : text}
          onChange={(event) => {
            const { value } = event.currentTarget;
            asking.value = value === OTHER;
            if (value !== OTHER)
              comparison.value = CHOICES.find(([, one]) => comparisonText(one) === value)?.[1] ?? null;
          }}
        >
          <option value="">with nothing</option>
          {CHOICES.map(([name, one]) => (
            <option key={name} value={comparisonText(one)}>
              {name}
            </option>
          ))}
          <option value={OTHER}>from another time on</option>
        </select>
      </label>
      {isOther && (
        <input
          type="datetime-local"
          step="1"
          aria-label="Compare with what began at"
          value={localText(from - (back.value ?? to - from))}
          onChange={(event) => {
            const since = Date.parse(event.currentTarget.value);
            if (!Number.isNaN(since)) comparison.value = { since };
          }}
        />
      )}
      {back.value !== null && (
        <span class="shown">
          {`dashed: ${formatTime(from - back.value)} – ${formatClock(to - back.value)} (${formatLength(Math.abs(back.value))} ${back.value < 0 ? 'later' : 'earlier'})`}
        </span>
      )}
    </div>
  );
}

/** As a field for local times wants it. */
function localText(ms: number): string {
  return formatTime(ms).replace(' ', 'T');
}
