import { useEffect, useRef } from 'preact/hooks';
import { type ColourScale, cssOf, type Shade } from './colour-scale.ts';
import { formatValue } from './units.ts';

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Which colour is how much, and where the value at the cursor stands. */
export function Legend({
  scale,
  shades,
  unit,
  value,
}: {
  readonly scale: ColourScale;
  readonly shades: readonly Shade[];
  readonly unit: string | null;
  /** Null for none. */
  readonly value: number | null;
}) {
  const ramp = useRef<HTMLDivElement>(null);
  const mark = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const stops = shades.filter((_, at) => at % 15 === 0).map(cssOf);
    ramp.current!.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
  }, [shades[0]!.join()]);
  useEffect(() => {
    if (value !== null) mark.current!.style.left = `${Math.min(1, Math.max(0, scale.partOf(value))) * 100}%`;
  }, [value, scale]);
  return (
    <div
      class="legend"
      role="img"
      aria-label={`Colours from ${formatValue(scale.least, unit)} to ${formatValue(scale.most, unit)}; hatched where there is no value`}
    >
      <div class="scale">
        <div class="ramp" ref={ramp}>
          <span class="mark" ref={mark} hidden={value === null} />
        </div>
        <div class="ticks">
          {TICKS.map((part) => (
            <span
              key={part}
            >{`${part === 0 && scale.isCut ? '≤ ' : ''}${formatValue(scale.valueAt(part), unit)}`}</span>
          ))}
        </div>
      </div>
      <span class="absent">no value</span>
    </div>
  );
}
