import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { formatAddress, type Address } from '@fgm/agent/config';

/** A viewer ends within moments; one that does not is killed, in milliseconds. */
const END_MS = 2_000;
const SAID_BYTES = 4096;

export interface PageEvents {
  /** It serves the page here. */
  readonly listening: (url: string) => void;
  /** It does not, or not any more; recording goes on. */
  readonly failed: (reason: string) => void;
}

/**
 * The viewer beside a recorder, as a process of its own: whatever happens to one, the other goes on. It ends with us, however we
 * end.
 */
export class PageProcess {
  readonly #directory: string;
  readonly #events: PageEvents;
  #child: ChildProcess | null = null;
  #stopping = false;

  /** @param elsewhere another address that will do when the first is taken */
  constructor(directory: string, address: Address, elsewhere: Address | null, events: PageEvents) {
    this.#directory = directory;
    this.#events = events;
    this.#start(address, elsewhere);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  }

  #start(address: Address, elsewhere: Address | null): void {
    const args = [...process.execArgv, process.argv[1]!, 'view', this.#directory, '--listen', formatAddress(address)];
    // It is told by the channel when we are gone: no signal says that to a child.
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A file of the recorder's settings is none of a viewer.
      env: { ...process.env, FGM_CONFIG: '' },
    });
    this.#child = child;
    let said = '';
    let url = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      if (url !== '') return;
      url = /http:\S+/.exec(text)?.[0] ?? '';
      if (url !== '') this.#events.listening(url);
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-SAID_BYTES)));
    child.once('error', (cause) => this.#events.failed(cause.message));
    child.once('close', (code, signal) => {
      // Ctrl-C reaches it as it reaches us, and it may be first to end.
      if (this.#stopping || (url !== '' && code === 0)) return;
      if (url === '' && elsewhere !== null && said.includes('the port is taken')) return this.#start(elsewhere, null);
      const reason = said.trim().split('\n').at(-1) ?? '';
      this.#events.failed(reason === '' ? `the viewer ended by ${signal ?? `code ${code}`}` : reason);
    });
  }
}
