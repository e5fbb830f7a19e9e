import type { Column, Identity, ProcessIdentity } from '@fgm/catalog';
import type { Series } from './row-order.ts';
import type { SegmentInfo } from './segment.ts';
import type { TextRuns } from './text-column.ts';
import type { Texts } from './texts.ts';

type TextOf = Exclude<keyof Identity, 'restartCount' | 'labels' | 'annotations'>;

/** Where the text of a label column comes from, by the column's name. */
const OF_IDENTITY: Readonly<Record<string, TextOf>> = {
  namespace: 'namespace',
  pod: 'pod',
  pod_uid: 'podUid',
  container: 'container',
  container_id: 'containerId',
  qos: 'qos',
  runtime: 'runtime',
  scope: 'scope',
  cgroup: 'cgroup',
  image: 'image',
};
const OF_PROCESS: Readonly<Record<string, Exclude<keyof ProcessIdentity, 'process'>>> = {
  comm: 'comm',
  cmdline: 'cmdline',
  exe: 'exe',
};

export type Refs = Pick<Series, 'entity' | 'process' | 'name'>;

/** The text of a label column for a row with these refs; null where it is unknown. */
export function labelOf(column: Column, refs: Refs, info: SegmentInfo, texts: Texts): string | null {
  const { name } = column;
  if (name === 'node') return info.node;
  if (name === 'cluster') return info.cluster;
  if (name === 'mapping' || name === 'device' || name === 'interface') return texts.names.get(refs.name)?.name ?? null;
  if (name === 'device_name') return texts.names.get(refs.name)?.alias ?? null;
  if (name === 'labels' || name === 'annotations') return jsonOf(texts.identityOf(refs.entity)?.[name]);
  const ofIdentity = OF_IDENTITY[name];
  if (ofIdentity !== undefined) return texts.identityOf(refs.entity)?.[ofIdentity] ?? null;
  const ofProcess = OF_PROCESS[name];
  return ofProcess === undefined ? null : (texts.processes.get(refs.process)?.[ofProcess] ?? null);
}

function jsonOf(pairs: Readonly<Record<string, string>> | null | undefined): string | null {
  return pairs === null || pairs === undefined ? null : JSON.stringify(pairs);
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
