import type { ServerResponse } from 'node:http';
import type { FastifyPluginCallback } from 'fastify';
import type { Recordings } from '../recordings/recordings.ts';
import type { Counts } from '../http/counts.ts';
import type { Context } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { extentOf } from '../http/range.ts';

/** How often the spool is looked at while somebody listens, in milliseconds. */
const LOOK_MS = 250;
/** A connection on which nothing comes is taken for a dead one by what stands between. */
const IDLE_MS = 15_000;
const MOST_CLIENTS = 64;
/** Bytes that a client has not taken yet: who is further behind is cut off, and may come again. */
const MOST_WAITING = 64 * 1024;

/** Tells of new rows by server-sent events. */
export function liveRoutes({ recordings, counts }: Context): FastifyPluginCallback {
  const audience = new Audience(recordings, counts);
  return (app, _options, done) => {
    app.addHook('onClose', (_app, closed) => {
      audience.close();
      closed();
    });
    app.get(
      '/live',
      {
        // There is no end to what would be the answer's body, so HEAD would never be answered.
        exposeHeadRoute: false,
        schema: {
          summary: 'Server-sent events: `rows` whenever there are new ones, with the time of the newest.',
          produces: ['text/event-stream'],
        },
      },
      (_request, reply) => {
        if (audience.size >= MOST_CLIENTS) throw new Problem('busy', `${MOST_CLIENTS} already listen: close a window`);
        reply.hijack();
        counts.listens(reply.raw);
        audience.add(reply.raw);
      },
    );
    done();
  };
}

/** Those who listen. Nothing is looked at while there are none. */
class Audience {
  readonly #recordings: Recordings;
  readonly #counts: Counts;
  readonly #clients = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | null = null;
  /** Null when it could not be read. */
  #told: string | null = '';
  #toldAt = 0;

  constructor(recordings: Recordings, counts: Counts) {
    this.#recordings = recordings;
    this.#counts = counts;
  }

  get size(): number {
    return this.#clients.size;
  }

  add(client: ServerResponse): void {
    client.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    client.once('close', () => this.#remove(client));
    client.on('error', () => client.destroy());
    const message = this.#attempt(() => this.#message());
    if (message === null) client.flushHeaders();
    else client.write(message);
    this.#clients.add(client);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  close(): void {
    for (const client of this.#clients) client.end();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #remove(client: ServerResponse): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    const now = Date.now();
    const state = this.#attempt(() => this.#state());
    const message = state === null || state === this.#told ? null : this.#attempt(() => this.#message());
    if (message !== null) {
      this.#tell(message);
      this.#toldAt = now;
    } else if (now - this.#toldAt > IDLE_MS) {
      this.#tell(': nothing new\n\n');
      this.#toldAt = now;
    }
    // What could not be read is told as soon as it can be, whatever it is then.
    if (state !== this.#told) this.#told = message === null ? null : state;
  }

  #tell(message: string): void {
    for (const client of this.#clients) {
      if (client.writableLength > MOST_WAITING) {
        this.#counts.slowClients++;
        client.destroy();
      } else {
        client.write(message);
      }
    }
  }

  #state(): string {
    return this.#recordings.all
      .flatMap((recording) => recording.windows().map(({ name, bytes }) => `${name} ${bytes}`))
      .join('\n');
  }

  #message(): string {
    const { latest } = extentOf(this.#recordings);
    return `event: rows\ndata: ${JSON.stringify({ latest })}\n\n`;
  }

  /**
   * Null when a directory cannot be read: nobody waits for what a timer does, so an error would end the viewer. Those who listen
   * learn the reason from the next question that they ask.
   */
  #attempt(work: () => string): string | null {
    try {
      return work();
    } catch {
      return null;
    }
  }
}
