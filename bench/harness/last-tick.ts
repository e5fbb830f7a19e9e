import { readFileSync } from 'node:fs';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { metadataOf, parquetFiles } from './recording.ts';

/** The last tick of `containers` that a run has brought into closed files; -1 when there is none. */
export async function lastTickOfRun(directory: string, runId: string): Promise<number> {
  let last = -1;
  for (const path of parquetFiles(directory, 'containers')) {
    const facts = metadataOf(path).key_value_metadata ?? [];
    if (facts.find(({ key }) => key === 'fgm.run_id')?.value !== runId) continue;
    const bytes = readFileSync(path);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const rows = (await parquetReadObjects({ file, columns: ['tick'], compressors })) as { tick: bigint }[];
    for (const { tick } of rows) last = Math.max(last, Number(tick));
  }
  return last;
}
