import type { Columns } from '@fgm/catalog';
import { refreshTicks } from '../entity/quiet.ts';
import type { NetKit } from './net-kit.ts';
import { NetNamespace, openNetDev } from './net-namespace.ts';
import type { ShardContext } from '../shard-context.ts';

/** The first process of the host. */
const INIT = 1;
const NOBODY: readonly NetNamespace[] = [];

/**
 * The network namespaces of a shard's entities, told by the inode of their net/dev: the kernel makes that file anew for each
 * namespace, and anybody may look at it, while the link /proc/PID/ns/net needs the right to trace the process.
 */
export class NetNamespaces {
  readonly kit: NetKit;
  readonly #byInode = new Map<number, NetNamespace>();
  /** The inode of the host's; -1 while it is not known. */
  #host = -1;
  /** Rounds until that is looked up again. */
  #patience = 0;

  constructor(kit: NetKit) {
    this.kit = kit;
  }

  /** Starts a round of reading. */
  begin(tick: number): void {
    this.kit.round++;
    this.kit.tick = tick;
    this.#patience--;
    if (this.kit.names.full) this.#forgetNames();
  }

  /** Those that were found in this round. */
  born(): readonly NetNamespace[] {
    if (this.#byInode.size === 0) return NOBODY;
    return [...this.#byInode.values()].filter(({ born }) => born === this.kit.round);
  }

  /**
   * The namespace of a process. `host` when it is the host's and the entity is not the host: its figures are not the
   * entity's. Null when it cannot be told.
   */
  find(context: ShardContext, pid: number, isHost: boolean): NetNamespace | 'host' | null {
    if (!isHost && !this.#knowsHost(context)) return null;
    const file = openNetDev(context, pid);
    if (file === null) return null;
    const inode = file.inode();
    const known = this.#byInode.get(inode);
    const others = !isHost && inode === this.#host;
    if (inode >= 0 && known === undefined && !others) {
      context.openFiles++;
      const namespace = new NetNamespace(this.kit, inode, file);
      this.#byInode.set(inode, namespace);
      return namespace;
    }
    file.close();
    return others ? 'host' : (known ?? null);
  }

  forget(context: ShardContext, namespace: NetNamespace): void {
    this.#byInode.delete(namespace.inode);
    namespace.close(context);
  }

  /** Makes the sums of a row absent. */
  clear(columns: Columns, row: number): void {
    const { targets } = this.kit;
    for (let index = 0; index < targets.length; index++) columns.setNull(targets[index]!, row);
  }

  /** All rows are made anew in this round, with new numbers for their names. */
  #forgetNames(): void {
    this.kit.names.clear();
    for (const namespace of this.#byInode.values()) namespace.rows.clear();
  }

  /** Without it nobody's figures could be told from those of the host. */
  #knowsHost(context: ShardContext): boolean {
    if (this.#host < 0 && this.#patience <= 0) {
      this.#patience = refreshTicks(context.task.intervalMs);
      const file = openNetDev(context, INIT);
      this.#host = file?.inode() ?? -1;
      file?.close();
    }
    return this.#host >= 0;
  }
}
