/** An instant as ISO 8601, with no more digits of a second than it takes. @param usec microseconds since the Unix epoch */
export function isoInstant(usec: number): string {
  const seconds = Math.floor(usec / 1e6);
  const fraction = String(usec - seconds * 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`;
}
