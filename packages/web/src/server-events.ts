/** A message of a stream of server-sent events. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Messages of an answer, as they come, until it ends. A browser's own `EventSource` cannot send a token.
 * @throws the browser's error when the connection breaks
 */
export async function* serverEvents({ body }: Response): AsyncGenerator<ServerEvent, void> {
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (waiting + value).split('\n\n');
      waiting = parts.pop()!;
      for (const part of parts) {
        const fields = new Map(part.split('\n').map((line) => splitField(line)));
        const data = fields.get('data');
        if (data !== undefined) yield { name: fields.get('event') ?? 'message', data };
      }
    }
  } finally {
    await reader.cancel();
  }
}

function splitField(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trimStart()];
}
