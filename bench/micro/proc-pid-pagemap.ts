/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-pagemap.ts */
import { PAGEMAP_ENTRY_BYTES, PageCounts } from '@fgm/kernfs';
import { benchBytes } from '../harness/parser-bench.ts';

const PAGES = 4096;
/** Upper halves of entries: mapped by one process, mapped by several, in swap, not there. */
const KINDS = [0x8100_0000, 0xa000_0000, 0x4000_0000, 0];
const words = new Uint32Array(2 * PAGES);
for (let page = 0; page < PAGES; page++) words[2 * page + 1] = KINDS[Math.floor(page / 16) % KINDS.length]!;
const entries = new BigUint64Array(words.buffer);
const counts = new PageCounts();

function count(): number {
  counts.reset();
  counts.add(words, PAGES);
  return counts.present;
}

/** What one would write first: the bits as the manual numbers them. */
function byBigInt(): number {
  let present = 0;
  let exclusive = 0;
  let swapped = 0;
  for (const entry of entries) {
    if ((entry & (1n << 62n)) !== 0n) swapped++;
    if ((entry & (1n << 63n)) === 0n) continue;
    present++;
    if ((entry & (1n << 56n)) !== 0n) exclusive++;
  }
  return present + exclusive + swapped;
}

await benchBytes('proc-pid-pagemap', [
  {
    name: `${PAGES} pages`,
    bytes: PAGES * PAGEMAP_ENTRY_BYTES,
    records: PAGES,
    record: 'page',
    call: count,
    naive: { name: 'BigInt', call: byBigInt },
  },
]);
