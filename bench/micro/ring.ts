/** A slot through the ring in one thread: node --conditions=@fgm/source --expose-gc bench/micro/ring.ts */
import { Ring } from '@fgm/ring';
import { bench, do_not_optimize, run } from 'mitata';

for (const kilobytes of [4, 64, 256]) {
  const ring = Ring.create(8, kilobytes * 1024);
  const block = new Uint8Array(kilobytes * 1024).fill(1);
  bench(`publish and release ${kilobytes} KiB`, () => {
    const slot = ring.claim();
    ring.views[slot]!.set(block);
    ring.publish(slot, 0, 64, 1_790_000_000, 0);
    ring.release(ring.next());
    return do_not_optimize(slot);
  }).gc('once');
}
await run();
