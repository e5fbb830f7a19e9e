import { numaStatColumn, type Column } from '@fgm/catalog';
import { lineNames } from './line-names.ts';

/** Columns for all keys of a memory.numa_stat (of cgroup v2) on all memory nodes in it. */
export function numaColumns(text: string): Column[] {
  const nodes = [...new Set([...text.matchAll(/ N(\d{1,4})=\d/g)].map(([, node]) => Number(node)))];
  const keys = lineNames(text).filter((key) => /^[a-z0-9_]+$/.test(key));
  return nodes.flatMap((node) => keys.map((key) => numaStatColumn(key, node)));
}
