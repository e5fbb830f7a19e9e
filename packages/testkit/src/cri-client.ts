import { once } from 'node:events';
import { connect } from 'node:http2';
import { createConnection } from 'node:net';

/** A protobuf message, as field numbers and values; a field may be repeated. A list is a message in the message. */
export type Message = readonly (readonly [field: number, value: string | number | Message])[];

/** A map<string, string> of protobuf: each entry a message of its own. */
export function entries(field: number, map: Readonly<Record<string, string>>): Message {
  return Object.entries(map).map(([key, value]) => [
    field,
    [
      [1, key],
      [2, value],
    ],
  ]);
}

/**
 * One call of the container runtime interface: gRPC over HTTP/2, as little of it as a test needs.
 * https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto
 *
 * @returns the answer's first field, which is the id of what was made, or empty
 * @throws Error with the runtime's words
 */
export async function callRuntime(socket: string, method: string, request: Message): Promise<string> {
  const session = connect('http://localhost', { createConnection: () => createConnection(socket) });
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': `/runtime.v1.RuntimeService/${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let [status, words]: [unknown, unknown] = [undefined, undefined];
    const read = (headers: Readonly<Record<string, unknown>>): void => {
      status ??= headers['grpc-status'];
      words ??= headers['grpc-message'];
    };
    stream.on('response', read);
    stream.on('trailers', read);
    const body = encode(request);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length, 1);
    stream.end(Buffer.concat([head, body]));
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    await once(stream, 'end');
    if (status !== '0') throw new Error(`${method}: ${decodeURIComponent(String(words))}`);
    return firstText(Buffer.concat(parts).subarray(5));
  } finally {
    session.close();
  }
}

/** https://protobuf.dev/programming-guides/encoding/ */
function encode(message: Message): Buffer {
  const parts: Buffer[] = [];
  for (const [field, value] of message) {
    if (typeof value === 'number') {
      parts.push(varint(field * 8), varint(value));
    } else {
      const bytes = typeof value === 'string' ? Buffer.from(value) : encode(value);
      parts.push(varint(field * 8 + 2), varint(bytes.length), bytes);
    }
  }
  return Buffer.concat(parts);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** Field 1, where it is a text of fewer than 128 bytes, as ids are. */
function firstText(answer: Buffer): string {
  return answer[0] === 10 ? answer.subarray(2, 2 + answer[1]!).toString('utf8') : '';
}
