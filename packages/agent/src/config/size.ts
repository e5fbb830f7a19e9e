const FACTOR: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['B', 1],
  ['kB', 1e3],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['KiB', 2 ** 10],
  ['Ki', 2 ** 10],
  ['MiB', 2 ** 20],
  ['Mi', 2 ** 20],
  ['GiB', 2 ** 30],
  ['Gi', 2 ** 30],
  ['TiB', 2 ** 40],
  ['Ti', 2 ** 40],
]);

/**
 * Bytes of a size such as `1GiB`, `500MB`, `64Mi` (as Kubernetes writes it) or `1073741824`. GB is 10^9 and GiB 2^30.
 *
 * @returns undefined when the text is not a size, or not a whole number of bytes
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(text);
  const factor = match && FACTOR.get(match[2]!);
  if (!factor) return undefined;
  const bytes = Number(match[1]) * factor;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `bytes` in the largest binary unit that divides it: `1GiB`, `1536MiB`, `1000` bytes as `1000B`. */
export function formatSize(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB']) {
    const factor = FACTOR.get(unit)!;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return `${bytes}B`;
}
