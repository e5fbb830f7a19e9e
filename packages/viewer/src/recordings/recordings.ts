import { type Column, SAMPLED_TABLES } from '@fgm/catalog';
import type { IndexEntry } from '@fgm/store';
import { type Metric, metricsOf } from './metric.ts';
import type { IndexProgress } from './growing-index.ts';
import type { Origin, Recording } from './recording.ts';

const DEFAULT_INTERVAL_MS = 1_000;

/** A container, service or host of one of the recordings. */
export interface KnownContainer extends IndexEntry {
  readonly recording: Recording;
  /** The node that it ran on. */
  readonly node: string;
}

/** All data directories that are shown together, one for each node as a rule. */
export class Recordings {
  readonly all: readonly Recording[];
  /** Made of these columns. */
  #metrics: { readonly columns: readonly (readonly Column[] | null)[]; readonly metrics: readonly Metric[] } | null =
    null;

  constructor(all: readonly Recording[]) {
    this.all = all;
  }

  /** Null while there is nothing in the directory. */
  originOf(recording: Recording): Origin | null {
    return recording.origin();
  }

  /** Name of the node that was recorded; null while there is nothing in the directory. */
  nodeOf(recording: Recording): string | null {
    return this.originOf(recording)?.node ?? null;
  }

  /** Between two ticks, in milliseconds: the recorder's default while there is nothing in the directory. */
  intervalOf(recording: Recording): number {
    return this.originOf(recording)?.intervalMs ?? DEFAULT_INTERVAL_MS;
  }

  /** Every metric that any of the recordings has, table by table: of two with one name the first is meant. */
  metrics(): readonly Metric[] {
    const columns = SAMPLED_TABLES.flatMap((table) =>
      this.all.map((recording) => [table, recording.columns(table)] as const),
    );
    const last = this.#metrics;
    if (last !== null && columns.every(([, list], at) => list === last.columns[at])) return last.metrics;
    const found = new Map<string, Metric>();
    for (const [table, list] of columns) {
      for (const metric of metricsOf(table, list ?? [])) if (!found.has(metric.id)) found.set(metric.id, metric);
    }
    this.#metrics = { columns: columns.map(([, list]) => list), metrics: [...found.values()] };
    return this.#metrics.metrics;
  }

  containers(): KnownContainer[] {
    return this.all.flatMap((recording) => {
      const node = this.nodeOf(recording) ?? '';
      const containers = Object.values(recording.index()?.containers ?? {});
      return containers.map((entry) => ({ ...entry, recording, node }));
    });
  }

  /** How far the indexes are that are made of files; null when all are whole, and all containers are known. */
  get indexing(): IndexProgress | null {
    const some = this.all.flatMap(({ indexing }) => indexing ?? []);
    if (some.length === 0) return null;
    return some.reduce((a, b) => ({ read: a.read + b.read, files: a.files + b.files }));
  }

  /** When all containers are known. */
  async indexed(): Promise<void> {
    await Promise.all(this.all.map((recording) => recording.indexed()));
  }

  close(): void {
    for (const recording of this.all) recording.close();
  }
}
