import type { Footer } from './footer.ts';

/** Continuation mark and length in front of the message. */
const FRAME = 8;

/**
 * What a file says of its columns itself: unit, kind, help, source and the like, by column.
 * @returns an empty map for a file without an Arrow schema
 * @throws when that schema cannot be decoded
 */
export async function fieldMetadata(footer: Footer): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const encoded = footer.metadata.get('ARROW:schema');
  if (encoded === undefined) return new Map();
  // Loaded when it is needed: who lists files has no use for it.
  const { Message } = await import('apache-arrow/ipc/metadata/message');
  const message = Message.decode(Buffer.from(encoded, 'base64').subarray(FRAME));
  if (!message.isSchema()) return new Map();
  return new Map(message.header().fields.map(({ name, metadata }) => [name, metadata]));
}
