/**
 * A slot through the ring, in one thread: claimed, filled, published, taken and released, next to copying the same bytes without any
 * ring. Run: node --conditions=@fgm/source --expose-gc bench/micro/ring.ts
 */
import { Ring } from '@fgm/ring';
import { allocated } from '../harness/allocated.ts';
import { alone } from '../harness/effort.ts';
import { against, measured, type Figure } from '../harness/figure.ts';
import { report } from '../harness/report.ts';
import { byTurns, inProcess } from '../harness/turns.ts';

const SIZES = [4, 64, 256];
const figures: Figure[] = [];
for (const kilobytes of SIZES) {
  const bytes = kilobytes * 1024;
  const ring = Ring.create(8, bytes);
  const block = new Uint8Array(bytes).fill(1);
  const elsewhere = new Uint8Array(new SharedArrayBuffer(bytes));
  const publish = (): number => {
    const slot = ring.claim();
    ring.views[slot]!.set(block);
    ring.publish(slot, 0, 64, 1_790_000_000, 0);
    ring.release(ring.next());
    return slot;
  };
  const copy = (): void => elsewhere.set(block);
  const [ours, copying] = await byTurns([inProcess(publish), ...(alone() ? [] : [inProcess(copy)])]);
  figures.push(
    measured(`${kilobytes} KiB`, 'ns', ours!, {
      reference: copying && against('copying alone', ours!, copying),
    }),
    allocated(`${kilobytes} KiB, allocated`, 'bytes/slot', publish),
  );
}
report('ring', figures, { sizes: SIZES });
