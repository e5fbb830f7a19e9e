import type { Column, Identity, ProcessIdentity } from '@fgm/catalog';
import type { Series } from './row-order.ts';
import type { SegmentInfo } from './segment.ts';
import type { TextRuns } from './text-column.ts';
import type { Texts } from './texts.ts';

/** Where the text of a label column comes from, by the column's name. */
const OF_IDENTITY: Readonly<Record<string, keyof Identity>> = {
  namespace: 'namespace',
  pod: 'pod',
  pod_uid: 'podUid',
  container: 'container',
  container_id: 'containerId',
  qos: 'qos',
  runtime: 'runtime',
  scope: 'scope',
  cgroup: 'cgroup',
};
const OF_PROCESS: Readonly<Record<string, Exclude<keyof ProcessIdentity, 'process'>>> = {
  comm: 'comm',
  cmdline: 'cmdline',
  exe: 'exe',
};

export type Refs = Pick<Series, 'entity' | 'process' | 'mapping'>;

/** The text of a label column for a row with these refs; null where it is unknown. */
export function labelOf(column: Column, refs: Refs, info: SegmentInfo, texts: Texts): string | null {
  const { name } = column;
  if (name === 'node') return info.node;
  if (name === 'cluster') return info.cluster;
  if (name === 'mapping') return texts.mappings.get(refs.mapping) ?? null;
  const ofIdentity = OF_IDENTITY[name];
  if (ofIdentity !== undefined) return texts.entities.get(refs.entity)?.identity[ofIdentity] ?? null;
  const ofProcess = OF_PROCESS[name];
  return ofProcess === undefined ? null : (texts.processes.get(refs.process)?.[ofProcess] ?? null);
}

/** A label column for the rows `first` to `end` (not included) of the sorted series. */
export function labelRuns(
  series: readonly Series[],
  first: number,
  end: number,
  label: (refs: Refs) => string | null,
): TextRuns {
  const values: (string | null)[] = [];
  const lengths: number[] = [];
  for (const one of series) {
    const from = Math.max(one.start, first);
    const to = Math.min(one.start + one.rows, end);
    if (from >= to) continue;
    values.push(label(one));
    lengths.push(to - from);
  }
  return { texts: values, lengths };
}
