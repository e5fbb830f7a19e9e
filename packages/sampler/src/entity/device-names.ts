import { ENOENT, deviceName, deviceNames, KernelFile, TOO_LARGE } from '@fgm/kernfs';
import type { Naming } from '../rows/named-rows.ts';
import { RowNumbers } from '../rows/row-numbers.ts';
import type { ShardContext } from '../shard-context.ts';

const FIRST_BYTES = 64 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;
/** The names are not looked up more often than this, however many devices are new. */
const PATIENCE_USEC = 1_000_000;

/** Names of block devices: `8:0`, known to people as sda, which /proc/diskstats tells. */
export class DeviceNames implements Naming {
  /** Device → its key, and the other way round. */
  readonly #keys = new Map<number, number>();
  readonly #devices: number[] = [];
  readonly #numbers: RowNumbers;
  #names = new Map<number, string>();
  #readAt = -PATIENCE_USEC;

  constructor(intervalMs: number) {
    this.#numbers = new RowNumbers(intervalMs);
  }

  /** @param device as deviceNumber makes it */
  keyOf(device: number): number {
    const known = this.#keys.get(device);
    if (known !== undefined) return known;
    this.#keys.set(device, this.#devices.length);
    return this.#devices.push(device) - 1;
  }

  number(context: ShardContext, key: number, tick: number): number {
    const known = this.#numbers.use(key, tick);
    if (known >= 0) return known;
    const device = this.#devices[key]!;
    const number = context.nextNumber();
    const alias = this.#alias(context, device);
    const name = deviceName(device);
    context.name(alias === undefined ? { number, name } : { number, name, alias });
    this.#numbers.set(key, number, tick);
    return number;
  }

  #alias(context: ShardContext, device: number): string | undefined {
    const now = context.clock.nowUsec();
    if (!this.#names.has(device) && now - this.#readAt >= PATIENCE_USEC) {
      this.#readAt = now;
      this.#read(context);
    }
    return this.#names.get(device);
  }

  /** Into a buffer of its own: the shard's holds the text in which the device was found. */
  #read(context: ShardContext): void {
    const file = new KernelFile(`${context.task.procRoot}/diskstats`, { whole: false });
    let buffer = new Uint8Array(FIRST_BYTES);
    let length = file.open();
    if (length === 0) length = file.read(buffer);
    while (length === TOO_LARGE && buffer.length < MOST_BYTES) {
      buffer = new Uint8Array(buffer.length * 4);
      length = file.read(buffer);
    }
    file.close();
    context.reads++;
    // A kernel without block devices has no such file, which is no error.
    if (length < 0 && length !== ENOENT) context.errors.count('/proc/diskstats', length);
    else this.#names = deviceNames(buffer, length);
  }
}
