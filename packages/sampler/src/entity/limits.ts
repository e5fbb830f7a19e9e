import { makeLayout, type Column, type Columns, type Entity, type Layout } from '@fgm/catalog';
import {
  cpuMaxParser,
  v1CpuPeriodParser,
  v1CpuQuotaParser,
  v1LimitParser,
  singleValueParser,
  type Parser,
} from '@fgm/kernfs';
import { BlockSet, type RowOwner } from '../rows/block-set.ts';
import { SampledFile } from '../files/sampled-file.ts';
import type { ShardContext } from '../shard-context.ts';

const QUOTA = 0;
const PERIOD = 1;
const MEMORY = 2;

/** The limits of one cgroup above some entity. Shared by all entities below it. */
interface LimitNode extends RowOwner {
  readonly key: string;
  readonly files: readonly SampledFile[];
  users: number;
  readAt: number;
}

/** The limits above one entity, tightest taken. Null: none. */
export interface Ancestry {
  readonly nodes: readonly LimitNode[];
}

/**
 * Limits of the cgroups above the entities: a container may be limited by its pod or its slice and not by itself. Each
 * ancestor is read once for all entities below it, and only as often as limits are.
 */
export class Limits {
  readonly #nodes = new Map<string, LimitNode>();
  readonly #set: BlockSet;
  readonly #v2Cpu: Parser;
  readonly #v2Memory: Parser;
  readonly #v1Quota: Parser;
  readonly #v1Period: Parser;
  readonly #v1Memory: Parser;

  constructor(containers: Layout) {
    const column = (name: string): Column => containers.columns.find((candidate) => candidate.name === name)!;
    const columns = [column('cpu_max_quota_usec'), column('cpu_max_period_usec'), column('memory_max_bytes')];
    const layout = makeLayout('limits', columns, 64);
    this.#set = new BlockSet(layout);
    this.#v2Cpu = cpuMaxParser(layout);
    this.#v2Memory = singleValueParser(layout, 'memory_max_bytes');
    this.#v1Quota = v1CpuQuotaParser(layout);
    this.#v1Period = v1CpuPeriodParser(layout);
    this.#v1Memory = v1LimitParser(layout, 'memory_max_bytes');
  }

  /** The ancestors of an entity; give them back with release(). */
  of(entity: Entity): Ancestry {
    const { directories, identity } = entity;
    const nodes: LimitNode[] = [];
    const depth = pathDepth(identity.cgroup);
    const cpu = directories.cpu ?? directories.v2;
    const memory = directories.memory ?? directories.v2;
    for (let up = 1; up < depth; up++) {
      if (cpu !== undefined) nodes.push(this.#node('cpu', above(cpu, up), directories.cpu !== undefined));
      if (memory !== undefined) nodes.push(this.#node('memory', above(memory, up), directories.memory !== undefined));
    }
    for (const node of nodes) node.users++;
    return { nodes };
  }

  release(context: ShardContext, ancestry: Ancestry): void {
    for (const node of ancestry.nodes) {
      if (--node.users > 0) continue;
      for (const file of node.files) file.close(context);
      this.#set.remove(node);
      this.#nodes.delete(node.key);
    }
  }

  /** Reads the ancestors' limits again, those that this tick has not read already. */
  refresh(context: ShardContext, ancestry: Ancestry, tick: number): void {
    for (const node of ancestry.nodes) {
      if (node.readAt === tick) continue;
      node.readAt = tick;
      for (const file of node.files) {
        file.retry();
        file.read(context, node.columns, node.row);
      }
    }
  }

  /** The tightest CPU limit above the entity in millicores; Infinity when there is none. */
  millicores(ancestry: Ancestry): number {
    let tightest = Infinity;
    for (const node of ancestry.nodes)
      tightest = Math.min(tightest, quotaMillicores(node.columns, node.row, QUOTA, PERIOD));
    return tightest;
  }

  /** The tightest memory limit above the entity in bytes; Infinity when there is none. */
  bytes(ancestry: Ancestry): number {
    let tightest = Infinity;
    for (const { columns, row } of ancestry.nodes) {
      if (columns.isValid(MEMORY, row)) tightest = Math.min(tightest, columns.getInt(MEMORY, row));
    }
    return tightest;
  }

  #node(kind: 'cpu' | 'memory', directory: string, v1: boolean): LimitNode {
    const key = `${kind} ${directory}`;
    const known = this.#nodes.get(key);
    if (known) return known;
    const files = kind === 'cpu' ? this.#cpuFiles(directory, v1) : this.#memoryFiles(directory, v1);
    const node = { key, files, users: 0, readAt: -1, row: 0, position: 0 } as unknown as LimitNode;
    this.#set.add(node);
    this.#nodes.set(key, node);
    return node;
  }

  #cpuFiles(directory: string, v1: boolean): SampledFile[] {
    if (!v1) return [new SampledFile('cpu.max', `${directory}/cpu.max`, true, this.#v2Cpu)];
    return [
      new SampledFile('cpu.cfs_quota_us', `${directory}/cpu.cfs_quota_us`, true, this.#v1Quota),
      new SampledFile('cpu.cfs_period_us', `${directory}/cpu.cfs_period_us`, true, this.#v1Period),
    ];
  }

  #memoryFiles(directory: string, v1: boolean): SampledFile[] {
    if (!v1) return [new SampledFile('memory.max', `${directory}/memory.max`, true, this.#v2Memory)];
    return [new SampledFile('memory.limit_in_bytes', `${directory}/memory.limit_in_bytes`, true, this.#v1Memory)];
  }
}

/** Components of a path: 0 for `/`. */
function pathDepth(path: string): number {
  let depth = 0;
  for (let at = 0; at < path.length; at++) if (path[at] === '/' && at + 1 < path.length) depth++;
  return depth;
}

/** The directory so many levels up. */
function above(directory: string, levels: number): string {
  let end = directory.length;
  for (let level = 0; level < levels; level++) end = directory.lastIndexOf('/', end - 1);
  return directory.slice(0, end);
}

/** quota / period in millicores; Infinity where there is no quota. */
export function quotaMillicores(columns: Columns, row: number, quota: number, period: number): number {
  if (!columns.isValid(quota, row) || !columns.isValid(period, row)) return Infinity;
  return (columns.getInt(quota, row) / columns.getInt(period, row)) * 1000;
}
