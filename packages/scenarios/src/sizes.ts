/** How much of each trouble there is. */
export const SIZES = {
  leak: { value: 64 * 2 ** 20, unit: 'bytes', help: 'memory that a leaking container loses every minute' },
  oom: { value: 64 * 2 ** 20, unit: 'bytes', help: 'memory limit of a container that runs out of memory' },
  heap: { value: 256 * 2 ** 20, unit: 'bytes', help: 'memory of a container with a large heap' },
  crash: { value: 6, unit: 'count', help: 'seconds that a container in a crash loop lives' },
  throttle: { value: 100, unit: 'count', help: 'CPU limit of a throttled container, millicores' },
  forks: { value: 20, unit: 'count', help: 'processes that a fork storm starts every second' },
  lines: { value: 50, unit: 'count', help: 'log lines that a chatty container writes every second' },
  mappings: { value: 500, unit: 'count', help: 'mapped regions of a process with many' },
} as const;

export type SizeName = keyof typeof SIZES;
export type Sizes = Readonly<Record<SizeName, number>>;

/** As they are where nothing is said. */
export function defaultSizes(): Sizes {
  return Object.fromEntries(Object.entries(SIZES).map(([name, { value }]) => [name, value])) as Sizes;
}

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
};

/** A number of bytes such as `64MiB`, or a count; undefined when it is neither, or not above 0. */
export function parseSize(text: string, unit: 'bytes' | 'count'): number | undefined {
  const [, digits = '', suffix = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = unit === 'bytes' ? FACTORS[suffix] : FACTORS[''];
  if (digits === '' || factor === undefined || (unit === 'count' && suffix !== '')) return undefined;
  const size = Math.round(Number(digits) * factor);
  return size > 0 && Number.isSafeInteger(size) ? size : undefined;
}
