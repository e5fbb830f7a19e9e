import { indexOf, MALFORMED, OK, type Columns, type Hierarchy, type Layout } from '@fgm/catalog';
import { IoStatDevices, V1BlkioDevices, type DeviceLines } from '@fgm/kernfs';
import { BlockSet } from '../rows/block-set.ts';
import { DeviceNames } from './device-names.ts';
import { NamedRows, type NamedRow } from '../rows/named-rows.ts';
import { READ, type SampledFile } from '../files/sampled-file.ts';
import type { ShardContext } from '../shard-context.ts';

/** A file that tells of block devices: its sums stand in `containers`, its lines in `devices`. */
export interface DeviceFile {
  readonly file: SampledFile;
  readonly lines: DeviceLines;
  /** Pages that were made dirty before are charged when they are written, though nothing of the cgroup runs. */
  readonly chargesWriteback: boolean;
}

/** The device files of the file plan. */
export type DevicePlan = ReadonlyMap<string, Omit<DeviceFile, 'file'>>;

export function deviceKey(hierarchy: Hierarchy, name: string): string {
  return `${hierarchy} ${name}`;
}

/** @param layout of the table `devices` */
export function makeDevicePlan(layout: Layout): DevicePlan {
  const v1 = (file: 'io_service_bytes' | 'io_serviced'): Omit<DeviceFile, 'file'> => ({
    lines: new V1BlkioDevices(layout, file),
    chargesWriteback: false,
  });
  return new Map([
    [deviceKey('v2', 'io.stat'), { lines: new IoStatDevices(layout), chargesWriteback: true }],
    [deviceKey('blkio', 'blkio.throttle.io_service_bytes_recursive'), v1('io_service_bytes')],
    [deviceKey('blkio', 'blkio.throttle.io_serviced_recursive'), v1('io_serviced')],
  ]);
}

/** What the device groups of a shard have in common. */
export class DeviceKit {
  readonly rows: BlockSet;
  readonly names: DeviceNames;
  /** Columns of `containers` that tell of pages to be written. */
  readonly dirty: readonly number[];

  constructor(containers: Layout, devices: Layout, intervalMs: number) {
    this.names = new DeviceNames(intervalMs);
    this.rows = new BlockSet(devices);
    this.dirty = ['memory_stat_file_dirty_bytes', 'memory_stat_file_writeback_bytes'].map((name) =>
      indexOf(containers, name),
    );
  }
}

/** The block devices of one entity. */
export class DeviceGroup {
  readonly #kit: DeviceKit;
  readonly #rows: NamedRows;

  constructor(kit: DeviceKit) {
    this.#kit = kit;
    this.#rows = new NamedRows(kit.rows, kit.names);
  }

  get list(): readonly NamedRow[] {
    return this.#rows.list;
  }

  /** Whether the files can change though the entity has not moved: there are pages to be written. */
  mayMove(files: readonly DeviceFile[], columns: Columns, row: number): boolean {
    if (files.length === 0 || !files[0]!.chargesWriteback) return false;
    const { dirty } = this.#kit;
    for (let index = 0; index < dirty.length; index++) {
      if (columns.isValid(dirty[index]!, row) && columns.getInt(dirty[index]!, row) > 0) return true;
    }
    return false;
  }

  /** Reads the files: sums into the entity's row, lines into rows of their own. What cannot be read has no rows. */
  sample(context: ShardContext, files: readonly DeviceFile[], columns: Columns, row: number, retry: boolean): void {
    this.#rows.begin();
    let sound = true;
    for (let index = 0; index < files.length; index++) {
      const { file, lines } = files[index]!;
      if (retry) file.retry();
      if (file.read(context, columns, row) !== READ) continue;
      if (lines.start(context.buffer, file.length) === OK) this.#takeLines(lines);
      sound &&= lines.status < MALFORMED;
    }
    if (sound) this.#rows.end();
    else this.#rows.clear();
  }

  /** Says whose rows they are, for this tick. */
  stamp(context: ShardContext, entity: number, time: number, tick: number): void {
    this.#rows.stamp(context, entity, time, tick);
  }

  close(): void {
    this.#rows.clear();
  }

  #takeLines(lines: DeviceLines): void {
    while (lines.next()) {
      const { columns, row } = this.#rows.at(this.#kit.names.keyOf(lines.device));
      lines.take(columns, row);
    }
  }
}
