import { NETWORK_METRICS, MALFORMED, OK, type Columns } from '@fgm/catalog';
import { isGone, KernelFile, TOO_LARGE } from '@fgm/kernfs';
import type { RowOwner } from '../rows/block-set.ts';
import { NamedRows } from '../rows/named-rows.ts';
import type { NetKit } from './net-kit.ts';
import type { NetMember } from './net-member.ts';
import type { ShardContext } from '../shard-context.ts';

export const NET_DEV = '/proc/PID/net/dev';

/** Opens net/dev of the namespace that a process is in; `inode()` tells which one that is. Null after an error, which is counted. */
export function openNetDev(context: ShardContext, pid: number): KernelFile | null {
  const file = new KernelFile(`${context.task.procRoot}/${pid}/net/dev`, { whole: false });
  const opened = file.open();
  if (opened === 0) return file;
  if (!isGone(opened)) context.errors.count(NET_DEV, opened);
  return null;
}

/**
 * One network namespace that somebody recorded is in, read once a round for all of them. Its file stays open, so it cannot be
 * taken for another; it is closed when the last member leaves, because it keeps the namespace alive.
 */
export class NetNamespace implements RowOwner {
  /** A row of its own with the sums over its interfaces. */
  declare columns: Columns;
  row = 0;
  position = 0;
  readonly inode: number;
  /** The round in which it was found. */
  readonly born: number;
  readonly rows: NamedRows;
  readonly #kit: NetKit;
  #file: KernelFile;
  readonly #members: NetMember[] = [];
  #round = -1;
  #failed = false;

  constructor(kit: NetKit, inode: number, file: KernelFile) {
    this.#kit = kit;
    this.inode = inode;
    this.born = kit.round;
    this.#file = file;
    this.rows = new NamedRows(kit.interfaces, kit.names);
    kit.sums.add(this);
  }

  get members(): number {
    return this.#members.length;
  }

  join(member: NetMember): void {
    this.#members.push(member);
  }

  leave(member: NetMember): void {
    this.#members.splice(this.#members.indexOf(member), 1);
  }

  /** Reads it, unless that was done in this round. */
  sample(context: ShardContext): void {
    if (this.#round === this.#kit.round) return;
    this.#round = this.#kit.round;
    const length = this.#read(context);
    const time = context.clock.nowUsec();
    const status = this.#kit.parser(context.buffer, Math.max(0, length), this.columns, this.row);
    if (status >= MALFORMED) context.malformed++;
    if (length <= 0 || !this.#kit.claims.take(this.inode) || !this.#takeRows(context.buffer, length)) this.rows.clear();
    else this.rows.stamp(context, this.#owner().entity, time, this.#kit.tick);
  }

  /** Copies the sums into the row of a member. */
  fill(columns: Columns, row: number): void {
    const { targets } = this.#kit;
    for (let index = 0; index < NETWORK_METRICS.length; index++) {
      if (this.columns.isValid(index, this.row))
        columns.setInt(targets[index]!, row, this.columns.getInt(index, this.row));
      else columns.setNull(targets[index]!, row);
    }
  }

  close(context: ShardContext): void {
    this.#closeFile(context);
    this.rows.clear();
    this.#kit.sums.remove(this);
    this.#kit.claims.release(this.inode);
  }

  #read(context: ShardContext): number {
    if (!this.#file.isOpen && !this.#reopen(context)) return 0;
    let length = this.#file.read(context.buffer);
    while (length === TOO_LARGE && context.growBuffer()) length = this.#file.read(context.buffer);
    context.reads++;
    if (context.openFiles > context.task.openFilesLimit) this.#closeFile(context);
    if (length < 0 && !this.#failed) context.errors.count(NET_DEV, length);
    this.#failed = length < 0;
    return length;
  }

  /** False when the text makes no sense. */
  #takeRows(text: Uint8Array, length: number): boolean {
    const { lines, names } = this.#kit;
    this.rows.begin();
    if (lines.start(text, length) !== OK) return false;
    while (lines.next()) {
      const name = names.intern(lines.bytes, lines.nameStart, lines.nameEnd);
      const { columns, row } = this.rows.at(name);
      lines.write(columns, row);
    }
    this.rows.end();
    return lines.status < MALFORMED;
  }

  /** Whose rows these are: the pod's sandbox, else the host, else who was found first. */
  #owner(): NetMember {
    let owner = this.#members[0]!;
    for (let index = 1; index < this.#members.length; index++) {
      const member = this.#members[index]!;
      if (member.rank < owner.rank || (member.rank === owner.rank && member.entity < owner.entity)) owner = member;
    }
    return owner;
  }

  /** Through any member that is still in this very namespace. */
  #reopen(context: ShardContext): boolean {
    for (const { pid } of this.#members) {
      const file = openNetDev(context, pid);
      if (file === null) continue;
      if (file.inode() === this.inode) {
        this.#file = file;
        context.openFiles++;
        return true;
      }
      file.close();
    }
    return false;
  }

  #closeFile(context: ShardContext): void {
    if (!this.#file.isOpen) return;
    this.#file.close();
    context.openFiles--;
  }
}
