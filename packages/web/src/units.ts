const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const DECIMAL: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** A value with its unit, in about three digits. */
export function formatValue(value: number | null | undefined, unit: string | null): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  switch (unit) {
    case 'bytes':
      return bytes(value);
    case 'bytes/s':
      return `${bytes(value)}/s`;
    case 'usec':
      return duration(value);
    case 'ratio':
      return `${digits(value * 100)} %`;
    case 'percent':
      return `${digits(value)} %`;
    case 'millicores':
      return Math.abs(value) >= 1000 ? `${digits(value / 1000)} CPU` : `${digits(value)} m`;
    case 'count':
    case 'ticks':
    case null:
      return decimal(value);
    case 'count/s':
    case '1/s':
      return `${decimal(value)}/s`;
    default:
      return `${decimal(value)} ${unit}`;
  }
}

/** What stands at an axis. */
export function unitName(unit: string | null): string {
  switch (unit) {
    case null:
    case 'count':
      return '';
    case 'ratio':
      return '% (of one CPU, or of the time)';
    case 'usec':
      return 'time';
    case 'count/s':
    case '1/s':
      return 'per second';
    default:
      return unit;
  }
}

/** Of values that an axis has at most: steps that look round in the unit in which they are shown. */
export function axisSteps(unit: string | null): number[] | null {
  if (unit !== 'bytes' && unit !== 'bytes/s') return null;
  return Array.from({ length: 51 }, (_, power) => 2 ** power);
}

function bytes(value: number): string {
  const power = Math.min(BINARY.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)));
  return `${digits(value / 1024 ** power)} ${BINARY[power]!}`;
}

function decimal(value: number): string {
  const [factor, prefix] = DECIMAL.find(([one]) => Math.abs(value) >= one) ?? [1, ''];
  return `${digits(value / factor)}${prefix}`;
}

function duration(usec: number): string {
  const size = Math.abs(usec);
  if (size >= 60e6) return `${digits(usec / 60e6)} min`;
  if (size >= 1e6) return `${digits(usec / 1e6)} s`;
  return size >= 1e3 ? `${digits(usec / 1e3)} ms` : `${digits(usec)} µs`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return size >= 10 ? value.toFixed(1) : size >= 0.01 || size === 0 ? value.toFixed(2) : value.toPrecision(2);
}
