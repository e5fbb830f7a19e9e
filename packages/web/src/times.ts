const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** `2026-11-21 05:00:03`, in the browser's zone. */
export function formatTime(ms: number, withMs = false): string {
  const time = new Date(ms);
  const day = `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  return `${day} ${formatClock(ms)}${withMs ? `.${pad(time.getMilliseconds(), 3)}` : ''}`;
}

/** `05:00:03` */
export function formatClock(ms: number): string {
  const time = new Date(ms);
  return `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** `2 h 5 min`: the two largest units. */
export function formatLength(ms: number): string {
  let left = Math.round(ms / 1000) * 1000;
  const parts: string[] = [];
  for (const [name, length] of UNITS) {
    const count = Math.floor(left / length);
    if (count > 0) parts.push(`${count} ${name}`);
    left -= count * length;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
