import type { Columns, Entity, Scope } from '@fgm/catalog';
import type { NetNamespace } from './net-namespace.ts';
import type { NetNamespaces } from './net-namespaces.ts';
import type { ProcessTarget } from '../process/process-target.ts';
import type { ShardContext } from '../shard-context.ts';

/** Who owns the interfaces of a namespace that several are in: the smaller the better. */
const RANKS: Readonly<Record<Scope, number>> = { sandbox: 0, host: 1, container: 2, service: 3, group: 4 };
/** The first process of the host. */
const INIT = 1;

/**
 * The network namespace of one entity: that of its process that has run the longest. It is looked up when that process is
 * another than before, while the entity is new (a runtime moves a process first and then changes its namespaces), and at
 * every refresh.
 */
export class NetMember {
  readonly entity: number;
  readonly rank: number;
  /** The process whose namespace it is; 0 before there is one. */
  pid = 0;
  readonly #namespaces: NetNamespaces;
  readonly #isHost: boolean;
  /** Without processes of its own that are recorded. */
  readonly #isGroup: boolean;
  #namespace: NetNamespace | null = null;
  #startTime = -1;
  #changes = -1;

  constructor(entity: Entity, namespaces: NetNamespaces) {
    this.entity = entity.entity;
    this.rank = RANKS[entity.identity.scope];
    this.#isHost = entity.identity.scope === 'host';
    this.#isGroup = entity.identity.scope === 'group';
    this.#namespaces = namespaces;
  }

  get namespace(): NetNamespace | null {
    return this.#namespace;
  }

  /**
   * Reads the namespace, if nobody has in this round, and writes its sums into the entity's row.
   * @param processes of the entity
   * @param changes counts how often that list has changed
   * @param look whether to look the namespace up though the first process is the same
   */
  sample(
    context: ShardContext,
    processes: readonly ProcessTarget[],
    changes: number,
    look: boolean,
    columns: Columns,
    row: number,
  ): void {
    if (this.#isGroup) return;
    if (changes !== this.#changes || look) this.#follow(context, processes, look);
    this.#changes = changes;
    if (this.#namespace === null) return this.#namespaces.clear(columns, row);
    this.#namespace.sample(context);
    this.#namespace.fill(columns, row);
  }

  close(context: ShardContext): void {
    this.#move(context, null);
  }

  #follow(context: ShardContext, processes: readonly ProcessTarget[], look: boolean): void {
    const first = this.#isHost ? null : longestRunning(processes);
    const pid = this.#isHost ? INIT : (first?.pid ?? 0);
    const startTime = first?.startTime ?? 0;
    if (pid === this.pid && startTime === this.#startTime && !look) return;
    this.pid = pid;
    this.#startTime = startTime;
    const found = pid === 0 ? null : this.#namespaces.find(context, pid, this.#isHost);
    // A process that is just exiting tells nothing; the list changes when it is gone, and the next one is asked.
    this.#move(context, found === 'host' ? null : found);
  }

  #move(context: ShardContext, to: NetNamespace | null): void {
    const from = this.#namespace;
    if (from === to) return;
    this.#namespace = to;
    to?.join(this);
    from?.leave(this);
    if (from !== null && from.members === 0) this.#namespaces.forget(context, from);
  }
}

/** Zombies have no namespaces any more. */
function longestRunning(processes: readonly ProcessTarget[]): ProcessTarget | null {
  let first: ProcessTarget | null = null;
  for (let index = 0; index < processes.length; index++) {
    const process = processes[index]!;
    if (process.zombie) continue;
    const older = first === null || process.startTime < first.startTime;
    if (older || (process.startTime === first!.startTime && process.pid < first!.pid)) first = process;
  }
  return first;
}
