import { MALFORMED } from '@fgm/catalog';
import { KernelFile, MappedRegions, PAGEMAP_ENTRY_BYTES, PageCounts } from '@fgm/kernfs';
import { MOST_SLICES, SLICE_PAGES, type SliceBuffer } from '../files/slice-buffer.ts';
import { MeasuredWalkTime, type WalkTime } from './walk-time.ts';

/** What a step came to; a negative number is an errno. */
export const GOING = 0;
export const COMPLETE = 1;
/** The memory that was walked is gone: the process has exited, or runs another program. */
export const LOST = 2;
/** The list of regions makes no sense. */
export const SENSELESS = 3;

/** A page of text: the kernel gives no more at once. */
const MAPS_BYTES = 4096;
/** An empty read that took less may be twice as long the next time, microseconds. */
const BRISK_USEC = 30;

/**
 * A walk over the page tables of one process, a slice at each step: a page of /proc/PID/maps, or 512 entries of
 * /proc/PID/pagemap, 2 MiB of memory. Holes are crossed in longer steps, lest a program that reserves a terabyte take all
 * day. Both files stay open from begin() to close(), so that all of it is about one address space.
 */
export class PagemapWalk {
  /** Pages of ordinary memory, and of anonymous hugetlbfs, which smaps counts apart. */
  readonly pages = new PageCounts();
  readonly hugetlb = new PageCounts();
  /** Microseconds of all steps, of the last one, and of those in which there were pages. */
  usec = 0;
  lastUsec = 0;
  denseUsec = 0;
  readonly #maps: KernelFile;
  readonly #pagemap: KernelFile;
  readonly #regions: MappedRegions;
  #file: 'maps' | 'pagemap' = 'pagemap';
  #position = 0;
  #region = 0;
  #page = 0;
  #firstPage = 0;
  #slices = 1;
  readonly #time: WalkTime;

  constructor(directory: string, pageSize: number, time: WalkTime = new MeasuredWalkTime()) {
    this.#time = time;
    this.#maps = new KernelFile(`${directory}/maps`, { whole: false });
    this.#pagemap = new KernelFile(`${directory}/pagemap`, { whole: false });
    this.#regions = new MappedRegions(pageSize, SLICE_PAGES);
  }

  /** The file that was read last, for whoever counts errors. */
  get file(): 'maps' | 'pagemap' {
    return this.#file;
  }

  /** Opens both files and begins anew. 0 or a negative errno. */
  begin(): number {
    this.pages.reset();
    this.hugetlb.reset();
    this.#regions.reset();
    this.usec = 0;
    this.denseUsec = 0;
    this.#position = 0;
    this.#region = 0;
    this.#page = 0;
    this.#slices = 1;
    this.#file = 'pagemap';
    const opened = this.#pagemap.open();
    if (opened < 0) return opened;
    this.#file = 'maps';
    const listed = this.#maps.open();
    if (listed < 0) this.#pagemap.close();
    return listed;
  }

  close(): void {
    this.#maps.close();
    this.#pagemap.close();
  }

  step(buffer: SliceBuffer): number {
    const start = this.#time.now();
    const found = this.pages.present + this.pages.swapped;
    const region = this.#region;
    const mapped = region < this.#regions.count;
    const status = mapped ? this.#readSlice(buffer) : this.#readMaps(buffer);
    this.lastUsec = this.#time.ofPart(start);
    this.usec += this.lastUsec;
    const dense = this.pages.present + this.pages.swapped > found;
    if (dense) this.denseUsec += this.lastUsec;
    // A region that begins may be full: it is entered with a short step.
    if (dense || region !== this.#region) this.#slices = 1;
    else if (this.lastUsec < BRISK_USEC) this.#slices = Math.min(MOST_SLICES, this.#slices * 2);
    return status;
  }

  #readMaps(buffer: SliceBuffer): number {
    const regions = this.#regions;
    this.#file = 'maps';
    const length = this.#maps.readAt(buffer.bytes, this.#position, MAPS_BYTES);
    if (length < 0) return length;
    if (length === 0) return this.#end(buffer);
    regions.clear();
    if (regions.push(buffer.bytes, length) >= MALFORMED) return SENSELESS;
    if (this.#position === 0 && regions.count > 0) this.#firstPage = regions.starts[0]!;
    this.#position += length;
    this.#region = 0;
    return GOING;
  }

  /** The list also ends when the process does. Its pagemap tells which it was. */
  #end(buffer: SliceBuffer): number {
    if (this.#position === 0) return LOST;
    if (this.#regions.finish() >= MALFORMED) return SENSELESS;
    this.#file = 'pagemap';
    const position = this.#firstPage * PAGEMAP_ENTRY_BYTES;
    const length = this.#pagemap.readAt(buffer.bytes, position, PAGEMAP_ENTRY_BYTES);
    return length > 0 ? COMPLETE : length < 0 ? length : LOST;
  }

  #readSlice(buffer: SliceBuffer): number {
    const { starts, ends, huge } = this.#regions;
    const region = this.#region;
    this.#file = 'pagemap';
    const start = Math.max(this.#page, starts[region]!);
    // Up to the end of a page table: one more page would be one more turn of the lock.
    const end = Math.min(ends[region]!, (Math.floor(start / SLICE_PAGES) + this.#slices) * SLICE_PAGES);
    const length = this.#pagemap.readAt(buffer.bytes, start * PAGEMAP_ENTRY_BYTES, (end - start) * PAGEMAP_ENTRY_BYTES);
    if (length <= 0) return length === 0 ? LOST : length;
    const pages = Math.floor(length / PAGEMAP_ENTRY_BYTES);
    const counts = huge[region] === 1 ? this.hugetlb : this.pages;
    counts.add(buffer.words, pages);
    this.#page = start + pages;
    if (this.#page >= ends[region]!) this.#region++;
    return GOING;
  }
}
