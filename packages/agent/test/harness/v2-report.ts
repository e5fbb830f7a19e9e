/** The files of a cgroup as they were at some time between `begin` and `end`, in milliseconds since the epoch. */
export interface Snapshot {
  readonly begin: number;
  readonly end: number;
  readonly files: Readonly<Record<string, string>>;
}

/** What the guest tells of its recording. */
export interface V2Report {
  readonly id: string;
  readonly cgroup: string;
  /** The recorder's exit code. */
  readonly code: number | null;
  /** Since when nothing ran in the cgroup. */
  readonly rested: number;
  readonly ending: number;
  readonly snapshots: readonly Snapshot[];
}

/**
 * What a cgroup v2 file says for a column, by its catalog entry: null when there is no such value. The slow twin of the
 * recorder's parsers, by the same documents: https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export function valueIn(text: string | undefined, source: string, key: string | undefined): number | null {
  if (text === undefined) return null;
  if (source === 'cpu.max') return numberOf(text.trim().split(' ')[key === 'quota' ? 0 : 1]);
  if (source === 'cpuset.cpus.effective') return cpusIn(text.trim());
  if (key === undefined) return numberOf(text.trim());
  if (source === 'io.stat') return sumOver(text, key);
  if (source.endsWith('.pressure')) {
    const [kind, name] = key.split(' ');
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${kind} `));
    return numberOf(new RegExp(`${name}=(\\S+)`).exec(line ?? '')?.[1]);
  }
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${key} `));
  return numberOf(line?.slice(key.length + 1));
}

function numberOf(text: string | undefined): number | null {
  return text === undefined || text === 'max' ? null : Number(text);
}

function cpusIn(list: string): number {
  return list.split(',').reduce((sum, part) => {
    const [first, last = first] = part.split('-').map(Number);
    return sum + last! - first! + 1;
  }, 0);
}

function sumOver(text: string, key: string): number | null {
  const values = [...text.matchAll(new RegExp(`\\b${key}=(\\d+)`, 'g'))].map(([, value]) => Number(value));
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}
