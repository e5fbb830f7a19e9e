import type { SourceFile } from '../read/source-file.ts';

/** What rows are sorted by before time, of as much as a table has. */
const KEY = ['container_id', 'pid', 'start_time', 'mapping', 'device', 'interface'] as const;

/** Names of the columns by which a file's rows are sorted before time. An event's pid is a fact about it, not its place. */
export function sortKey(source: Pick<SourceFile, 'indexOf' | 'metadata'>): string[] {
  if (source.metadata.get('fgm.table') === 'events') return ['container_id'];
  return KEY.filter((name) => source.indexOf(name) >= 0);
}
