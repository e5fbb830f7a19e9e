import { constants, zstdCompressSync } from 'node:zlib';

/** The libzstd of replays. Other versions make other bytes of the same values (docs/adr/0016-replay.md). */
const PINNED = '1.5.7';

type Compress = (data: Uint8Array, level: number) => Uint8Array;

let compressOne: Compress = compressByNode;

/** Compresses with ZSTD: by Node.js, whose version of libzstd decides about the bytes, unless that is pinned. */
export function compress(data: Uint8Array, level: number): Uint8Array {
  return compressOne(data, level);
}

/**
 * From now on this process compresses by a libzstd that comes with this software, as WebAssembly: the same bytes by every
 * Node.js, on every CPU. It has no streams and gives its memory back to nobody, so a recorder does without it.
 * @throws Error when it is another version than the one that bytes are promised of
 */
export async function pinZstd(): Promise<void> {
  const { Zstd } = await import('@hpcc-js/wasm-zstd');
  const zstd = await Zstd.load();
  if (zstd.version() !== PINNED) throw new Error(`libzstd ${PINNED} wanted, @hpcc-js/wasm-zstd has ${zstd.version()}`);
  compressOne = (data, level) => zstd.compress(data, level);
}

function compressByNode(data: Uint8Array, level: number): Uint8Array {
  return zstdCompressSync(data, {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    // With the size known, zstd takes no more memory than that needs; most pages come out a hundredth of it.
    pledgedSrcSize: data.length,
    chunkSize: Math.max(1024, data.length >> 5),
  });
}
