import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ProblemCode } from './problem.ts';

/** Upper bounds of the times that questions take, in seconds: the aims of docs/benchmarks.md are among them. */
export const DURATION_BOUNDS = [0.01, 0.05, 0.15, 0.5, 1, 2.5, 5, 10, 30] as const;

export type StatusClass = `${1 | 2 | 3 | 4 | 5}xx`;

/** What a viewer has done since its start, in plain numbers: it is cheaper to count always than to load a library that counts. */
export class Counts {
  /** Requests that were answered, by route and class of status. */
  readonly requests = new Map<string, Map<StatusClass, number>>();
  /** Questions of the API by how long they took: the n-th is of those up to the n-th bound, the last of all longer ones. */
  readonly durations = Array.from({ length: DURATION_BOUNDS.length + 1 }, () => 0);
  /** Of all of them, in seconds. */
  durationSum = 0;
  readonly problems = new Map<ProblemCode, number>();
  liveStreams = 0;
  /** Connections that were closed because their other end did not take what it was sent. */
  slowClients = 0;
  /** Queries of SQL, in processes of their own. */
  readonly sql = { done: 0, seconds: 0 };
  readonly queries = { running: 0, waiting: 0, done: 0, seconds: 0, waitedSeconds: 0 };
  readonly #sockets = new Set<Socket>();
  /** Of connections that are closed. */
  #sent = 0;

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Bytes sent over all connections. */
  get sentBytes(): number {
    let sent = this.#sent;
    for (const socket of this.#sockets) sent += socket.bytesWritten;
    return sent;
  }

  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        this.#sent += socket.bytesWritten;
      });
    });
  }

  /** @param route the pattern, never the address: there is no end to addresses */
  answered(route: string, status: number): void {
    let statuses = this.requests.get(route);
    if (statuses === undefined) this.requests.set(route, (statuses = new Map()));
    const of: StatusClass = `${Math.floor(status / 100) as 1 | 2 | 3 | 4 | 5}xx`;
    statuses.set(of, (statuses.get(of) ?? 0) + 1);
  }

  took(seconds: number): void {
    const bucket = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
    this.durations[bucket === -1 ? DURATION_BOUNDS.length : bucket]!++;
    this.durationSum += seconds;
  }

  failed(code: ProblemCode): void {
    this.problems.set(code, (this.problems.get(code) ?? 0) + 1);
  }

  listens(client: ServerResponse): void {
    this.liveStreams++;
    client.once('close', () => this.liveStreams--);
  }
}
