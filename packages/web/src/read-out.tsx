import type { ChartData, ChartLine } from './chart.ts';
import { formatTime } from './times.ts';
import { formatValue } from './units.ts';

/** What stands at the cursor, the greatest first; without one, what came last. Where ranges are compared, what it was before as well. */
export function ReadOut({
  data,
  at,
  back,
}: {
  readonly data: Pick<ChartData, 'lines' | 'times' | 'unit'>;
  readonly at: number | null;
  /** Milliseconds to the range that is compared with; null for none. */
  readonly back: number | null;
}) {
  const { lines, times, unit } = data;
  const entries = lines
    .map((line) => ({ ...line, ...valuesAt(line, at) }))
    .sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity));
  const time = at === null ? null : (times[at] ?? null);
  return (
    <div class="read-out">
      <span class="instant">{time === null ? 'last' : formatTime(time * 1000)}</span>
      {back !== null && time !== null && (
        <span class="earlier-instant">{`compared with ${formatTime(time * 1000 - back)}`}</span>
      )}
      <ul tabIndex={0} aria-label="Values" class={back === null ? '' : 'compared'}>
        {entries.map(({ name, colour, value, before, limit }) => (
          <li key={name}>
            <Swatch colour={colour} />
            <span class="name" title={name}>
              {name}
            </span>
            <span class="value">{formatValue(value, unit)}</span>
            {back !== null && limit !== true && <Before value={value} before={before} unit={unit} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Swatch({ colour }: { readonly colour: string }) {
  return (
    <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
      <rect width="10" height="10" rx="2" fill={colour} />
    </svg>
  );
}

/** What a value was before, and what has become of it. */
export function Before({
  value,
  before,
  unit,
}: {
  readonly value: number | null;
  readonly before: number | null;
  readonly unit: string | null;
}) {
  return (
    <span class="before">
      {`before ${formatValue(before, unit)}`}
      <span class="difference">{value === null || before === null ? '' : differenceOf(value - before, unit)}</span>
    </span>
  );
}

function differenceOf(difference: number, unit: string | null): string {
  if (difference === 0) return '±0';
  return `${difference > 0 ? '+' : '−'}${formatValue(Math.abs(difference), unit)}`;
}

function valuesAt(
  { values, earlier }: ChartLine,
  at: number | null,
): { readonly value: number | null; readonly before: number | null } {
  const place = at ?? values.findLastIndex((value) => value !== null);
  return { value: values[place] ?? null, before: earlier?.[place] ?? null };
}
