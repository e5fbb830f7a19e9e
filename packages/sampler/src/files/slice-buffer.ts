import { PAGEMAP_ENTRY_BYTES } from '@fgm/kernfs';

/** Pages of one page table on most machines: the kernel takes the mmap lock anew for each. */
export const SLICE_PAGES = 512;
/** So many slices are read in one go where nothing is mapped. */
export const MOST_SLICES = 16;

/** Where slices of pagemap are read to, as bytes and as halves of entries. */
export class SliceBuffer {
  readonly bytes = new Uint8Array(MOST_SLICES * SLICE_PAGES * PAGEMAP_ENTRY_BYTES);
  readonly words = new Uint32Array(this.bytes.buffer);
}
