/**
 * One recorder per data directory. A lock must end with its owner, however that ends, and must be seen from other pid and
 * network namespaces; so it is a listening Unix socket in the directory: the kernel refuses connections to one whose
 * process is gone.
 *
 * Each starter first listens on a socket with a name of its own, which is never used again, and then asks all others:
 * - one that refuses is dead for good and is deleted;
 * - an owner means that this starter has lost;
 * - of two starters that see each other the one with the larger name gives way, the other waits for it to be gone.
 * Who finds nobody else alive is the owner. Two owners cannot be: of two starters at least one listened before the other
 * looked, and is seen by it.
 */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from './directory.ts';

export interface Lock {
  /** Why there is no protection, where the file system cannot hold sockets; else null. */
  readonly warning: string | null;
  release(): Promise<void>;
}

/** What a recorder answers to whoever connects. */
interface Answer {
  readonly pid: number;
  readonly host: string;
  readonly state: 'starting' | 'owner';
}

/** Who may be only one in a directory: the recorder, and, beside it, who consolidates. */
export type Role = 'recorder' | 'consolidation';
const ANSWER_MS = 2_000;
const AGAIN_MS = 20;
/** Who neither answers nor is gone after this time, over many questions, is taken for alive. */
const PATIENCE_MS = 5_000;
/** What bind(2) says on file systems that have no sockets. */
const NO_SOCKETS = new Set(['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'EINVAL', 'ENOSYS']);

/** @throws Error that names the other one's process when there is one, or says why nothing can be made there */
export async function acquireLock(directory: string, role: Role = 'recorder'): Promise<Lock> {
  const starter = new Starter(directory, role);
  try {
    await starter.listen();
  } catch (cause) {
    await starter.release();
    const errno = errnoOf(cause);
    if (errno === null || !NO_SOCKETS.has(errno)) {
      throw new Error(`cannot write to the data directory ${directory}: ${(cause as Error).message}`, { cause });
    }
    const warning = `${directory} cannot hold sockets (${errno}): nothing keeps a second ${role} from writing there`;
    return { warning, release: async () => {} };
  }
  try {
    await starter.win();
  } catch (cause) {
    await starter.release();
    throw cause;
  }
  return { warning: null, release: () => starter.release() };
}

class Starter {
  readonly #directory: string;
  readonly #fd: number;
  readonly #role: Role;
  readonly #name: string;
  readonly #server: net.Server;
  #state: Answer['state'] = 'starting';

  constructor(directory: string, role: Role) {
    this.#directory = directory;
    this.#role = role;
    this.#name = `.${role}-${randomUUID()}.sock`;
    this.#fd = fs.openSync(directory, 'r');
    this.#server = net.createServer((socket) => {
      // Whoever asks may be gone before the answer is.
      socket.on('error', () => socket.destroy());
      const answer: Answer = { pid: process.pid, host: os.hostname(), state: this.#state };
      socket.end(JSON.stringify(answer));
    });
    this.#server.unref();
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      // Connecting takes the right to write: a recorder of another user must be able to see that this one is dead.
      this.#server.listen({ path: this.#path(this.#name), writableAll: true }, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
  }

  /** Resolves when nobody else is alive. @throws Error when somebody else has won */
  async win(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      let waiting = false;
      for (const name of fs.readdirSync(this.#directory)) {
        if (!nameOf(this.#role).test(name) || name === this.#name) continue;
        const answer = await this.#ask(name);
        if (answer === null) continue;
        if (answer === 'going' && performance.now() < deadline) {
          waiting = true;
          continue;
        }
        if (typeof answer === 'string' || answer.state === 'owner' || name < this.#name) throw this.#lost(answer);
        waiting = true;
      }
      if (!waiting) break;
      await delay(AGAIN_MS);
    }
    this.#state = 'owner';
  }

  async release(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    fs.rmSync(path.join(this.#directory, this.#name), { force: true });
    fs.closeSync(this.#fd);
  }

  /** A socket's path may have 107 bytes only, so the directory is named by its descriptor. */
  #path(name: string): string {
    return `/proc/self/fd/${this.#fd}/${name}`;
  }

  /** Null when nobody is there any more, 'going' when it hung up on us: it is about to give way, or to end. */
  async #ask(name: string): Promise<Answer | 'silent' | 'going' | null> {
    try {
      return await question(this.#path(name));
    } catch (cause) {
      const errno = errnoOf(cause);
      if (errno === 'ECONNREFUSED') fs.rmSync(path.join(this.#directory, name), { force: true });
      if (errno === 'ECONNREFUSED' || errno === 'ENOENT') return null;
      if (errno === 'ECONNRESET' || errno === 'EPIPE') return 'going';
      // Full, not permitted: somebody is there.
      return 'silent';
    }
  }

  #lost(answer: Answer | 'silent' | 'going'): Error {
    const who = typeof answer === 'string' ? 'that does not answer' : `with pid ${answer.pid} on ${answer.host}`;
    return new Error(
      `another ${this.#role} ${who} is using the data directory ${this.#directory}; stop it or choose another`,
    );
  }
}

function nameOf(role: Role): RegExp {
  return new RegExp(`^\\.${role}-[0-9a-f-]{36}\\.sock$`);
}

function question(socketPath: string): Promise<Answer | 'silent' | 'going'> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(socketPath);
    socket.setTimeout(ANSWER_MS, () => {
      socket.destroy();
      resolve('silent');
    });
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('end', () => resolve(parseAnswer(text)));
  });
}

function parseAnswer(text: string): Answer | 'going' {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return 'going';
  }
}
