import { MessageHeader, MetadataVersion } from 'apache-arrow/enum';
import { Message as FlatMessage } from 'apache-arrow/fb/message';
import 'apache-arrow/ipc/metadata/message'; // gives Schema its encode()
import { Schema } from 'apache-arrow/schema';
import { Builder, type Offset } from 'flatbuffers';

/** Writes every text once, however often it occurs. */
class SharingBuilder extends Builder {
  readonly #offsets = new Map<string, Offset>();

  override createString(text: string | Uint8Array | null | undefined): Offset {
    if (typeof text !== 'string') return super.createString(text);
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const offset = super.createString(text);
    this.#offsets.set(text, offset);
    return offset;
  }

  /** How far from the end of the message a text begins, in bytes. */
  distance(text: string): number {
    const offset = this.#offsets.get(text);
    if (offset === undefined) throw new RangeError(`${text} is not in the message`);
    return offset - LENGTH_BYTES;
  }
}

/** In front of each text. */
const LENGTH_BYTES = 4;

export interface SchemaMessage {
  readonly bytes: Uint8Array;
  /** How far from the end of the message a text that stands in it begins, in bytes. */
  readonly distance: (text: string) => number;
}

/**
 * An Arrow schema as an IPC message. apache-arrow's own Message.encode writes `kind`, `gauge`, `source` and the rest anew for
 * each of 200 columns, which would be the larger part of a small file's footer.
 */
export function encodeSchema(schema: Schema): SchemaMessage {
  const builder = new SharingBuilder();
  const header = Schema.encode(builder, schema);
  FlatMessage.startMessage(builder);
  FlatMessage.addVersion(builder, MetadataVersion.V5);
  FlatMessage.addHeader(builder, header);
  FlatMessage.addHeaderType(builder, MessageHeader.Schema);
  FlatMessage.addBodyLength(builder, 0n);
  FlatMessage.finishMessageBuffer(builder, FlatMessage.endMessage(builder));
  return { bytes: builder.asUint8Array(), distance: (text) => builder.distance(text) };
}
