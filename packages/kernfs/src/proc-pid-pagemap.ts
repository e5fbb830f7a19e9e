/** Bytes of the entry of one page. */
export const PAGEMAP_ENTRY_BYTES = 8;

/** Bits of the upper half of an entry. */
const PRESENT = 1 << 31;
const SWAPPED = 1 << 30;
const EXCLUSIVE = 1 << 24;

/*
 * /proc/PID/pagemap: eight bytes for each page of the address space, mapped or not, in the machine's byte order (every
 * platform of Node.js is little-endian). Page n stands at byte 8n.
 *
 *     bit 63  present in memory        bit 61  of a file, or shared anonymous memory
 *     bit 62  in swap                  bit 56  mapped by this process alone (4.2)
 *
 * https://docs.kernel.org/admin-guide/mm/pagemap.html
 *
 * Page numbers (bits 0–54) need CAP_SYS_ADMIN, these bits do not. The kernel holds the process's mmap lock for one page
 * table, 512 pages, at a time. Bit 56 and `Private_*` of smaps are one and the same question (folio_precise_page_mapcount,
 * folio_maybe_mapped_shared); but here also pages count as present that smaps leaves out: the page of zeroes, device memory
 * (never exclusive), and huge pages of hugetlbfs.
 */

/** Counts of the pages seen since reset(). */
export class PageCounts {
  /** Pages in memory. */
  present = 0;
  /** Of these, the ones that no other process maps. */
  exclusive = 0;
  swapped = 0;

  reset(): void {
    this.present = 0;
    this.exclusive = 0;
    this.swapped = 0;
  }

  /** Adds the first `pages` entries, which the buffer holds as pairs of lower and upper half. */
  add(words: Uint32Array, pages: number): void {
    let present = 0;
    let exclusive = 0;
    let swapped = 0;
    for (let at = 1; at < 2 * pages; at += 2) {
      const upper = words[at]!;
      if (upper === 0) continue;
      if ((upper & SWAPPED) !== 0) swapped++;
      if ((upper & PRESENT) === 0) continue;
      present++;
      if ((upper & EXCLUSIVE) !== 0) exclusive++;
    }
    this.present += present;
    this.exclusive += exclusive;
    this.swapped += swapped;
  }
}
