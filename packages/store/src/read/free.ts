/**
 * Gives the memory of a buffer back at once, which nobody may read any more. By itself V8 does that when it collects garbage, which it does
 * for its own heap: of what lies outside of it hundreds of MiB may wait meanwhile.
 */
export function free(bytes: Uint8Array): void {
  // Small ones are parts of a buffer that Node.js shares among them.
  if (bytes.byteLength > Buffer.poolSize && bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
}
