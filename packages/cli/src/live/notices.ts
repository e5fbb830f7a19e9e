import type { LogSink } from '../recording/log.ts';

/** How long a warning stays on the screen. */
const NEWS_MS = 15_000;
const WORTH_SHOWING = new Set(['warn', 'error', 'fatal']);

interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly problem?: string;
}

/** Takes the log while the screen belongs to the table, and keeps what a person should see. */
export class Notices implements LogSink {
  readonly #now: () => number;
  readonly #kept: string[] = [];
  #last: { readonly text: string; readonly time: number } | undefined;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  write(line: string): void {
    const { level, msg, problem } = JSON.parse(line) as LogLine;
    if (level === undefined || !WORTH_SHOWING.has(level)) return;
    const text = `${level}: ${[msg, problem].filter((part) => part !== undefined).join(': ')}`;
    this.#last = { text, time: this.#now() };
    this.#kept.push(text);
    // Whoever comes back to the terminal wants the end of it.
    if (this.#kept.length > 100) this.#kept.shift();
  }

  /** The last warning, while it is news. */
  current(): string | null {
    return this.#last && this.#now() - this.#last.time < NEWS_MS ? this.#last.text : null;
  }

  /** The warnings since the last call, at most the last hundred. */
  take(): readonly string[] {
    return this.#kept.splice(0);
  }
}
