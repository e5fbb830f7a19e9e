const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** At most three digits that matter: 0.12, 1.2, 12, 123. */
function brief(value: number): string {
  // By what they are rounded to: 0.996 is 1.0, not 1.00.
  const digits = value >= 9.95 || value === 0 ? 0 : value >= 0.995 ? 1 : 2;
  return value.toFixed(digits);
}

/** Bytes for people: `0 B`, `512 KiB`, `1.2 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 1023.5 would be printed as 1024.
  while (Math.round(value) >= 1024 && unit < BINARY.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value.toFixed(0) : brief(value)} ${BINARY[unit]}`;
}

/** `0.0%`, `12.3%`, `100%`, `1234%`. */
export function formatPercent(percent: number): string {
  return `${percent.toFixed(Math.round(percent) >= 100 ? 0 : 1)}%`;
}

/** Whole numbers with thousands set apart: `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** Time spans for people, from microseconds: `0 ms`, `0.4 ms`, `12 ms`, `1.5 s`. */
export function formatSpan(usec: number): string {
  const ms = usec / 1000;
  return ms < 1000 ? `${brief(ms)} ms` : `${brief(ms / 1000)} s`;
}

/** `one container`, `2 containers`: the plural is the singular and an s. */
export function plural(count: number, singular: string): string {
  return `${formatCount(count)} ${singular}${count === 1 ? '' : 's'}`;
}
