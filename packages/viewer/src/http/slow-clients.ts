import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Counts } from './counts.ts';

/** So long nothing of what a client is sent may be taken by it, in milliseconds: longer than a phone is in a tunnel. */
export const STALL_MS = 30_000;

/**
 * Closes connections whose other end does not take what it asked for: an answer waits in memory until it is taken. The server's own
 * timer tells: it counts from when bytes last went either way, and knows of a write that gets on.
 */
export function closeSlowClients(server: Server, counts: Counts, stallMs: number): void {
  server.setTimeout(stallMs, (socket: Socket) => {
    if (socket.writableLength === 0) {
      // Nothing is said because nothing is to be said: a question that is worked on, or a stream without news.
      socket.setTimeout(stallMs);
      return;
    }
    counts.slowClients++;
    socket.destroy();
  });
}
