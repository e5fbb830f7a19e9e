import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';
import type { OpenServer } from '../server.ts';

/**
 * Serves one client over a pair of streams, until its own ends and all that it asked is answered, or until the signal.
 * Nothing else may write to `output`.
 */
export async function serveStdio(
  opened: OpenServer,
  { input, output, signal }: { readonly input: Readable; readonly output: Writable; readonly signal: AbortSignal },
): Promise<void> {
  const server = opened.connection();
  const transport = new StdioServerTransport(input, output);
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const unanswered = new Set<RequestId>();
  let ended = false;
  const endWhenAnswered = (): void => {
    if (ended && unanswered.size === 0) end();
  };
  await server.connect(transport);
  const { onmessage: receive, onclose: closed } = transport;
  const send = transport.send.bind(transport);
  // A transport has no events: these are its connection's handlers, which see everything after us.
  Object.assign(transport, {
    onmessage: (message: JSONRPCMessage): void => {
      const asked = requestOf(message);
      if (asked !== undefined) unanswered.add(asked);
      const cancelled = cancelledBy(message);
      if (cancelled !== undefined) unanswered.delete(cancelled);
      receive?.(message);
    },
    send: async (message: JSONRPCMessage): Promise<void> => {
      await send(message);
      if ('id' in message && !('method' in message) && message.id !== undefined) unanswered.delete(message.id);
      endWhenAnswered();
    },
    // A line that is longer than the SDK takes ends the connection.
    onclose: (): void => {
      closed?.();
      end();
    },
  });
  input.once('end', () => {
    ended = true;
    endWhenAnswered();
  });
  signal.addEventListener('abort', () => end(), { once: true });
  if (signal.aborted) end();
  await over;
  await server.close();
}

function requestOf(message: JSONRPCMessage): RequestId | undefined {
  return 'method' in message && 'id' in message ? message.id : undefined;
}

/** A request that is cancelled gets no answer. */
function cancelledBy(message: JSONRPCMessage): RequestId | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
  return (message.params as { readonly requestId?: RequestId } | undefined)?.requestId;
}
