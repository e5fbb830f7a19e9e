import t from 'tap';
import type { Machine } from '../src/machine.ts';
import { openFilesOfDiscovery, openFilesPerShard } from '../src/sizing.ts';

t.test('all threads together keep fewer files open than the process may have', async (t) => {
  for (const openFilesLimit of [1024, 4096, 20_000, 65_536, 1_048_576]) {
    for (const shards of [1, 2, 8]) {
      const machine = { openFilesLimit } as Machine;
      const kept = shards * openFilesPerShard(machine, shards) + openFilesOfDiscovery(machine);
      t.ok(kept <= openFilesLimit - 256, `${kept} of ${openFilesLimit}, ${shards} shards`);
      t.ok(kept >= openFilesLimit / 2, 'and most of what there is');
    }
  }
});
