import { Counters } from '@fgm/ring';
import { STORE_COUNTERS, type FromWriter, type RotatedFile, type ToWriter, type WriterOptions } from '@fgm/store';
import { Writer } from '@fgm/store/writer';
import type { SteppedSampler } from '@fgm/sampler';
import { ReplayError } from './replay-error.ts';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

/** What takes the rows of a sampler, and what they refer to. */
export interface RowSink {
  /** Files that were made. */
  readonly made: readonly RotatedFile[];
  /** Values of metrics in them that are not null. */
  readonly samples: number;
  post(message: ToWriter): void;
  /** Takes all that is there now. @throws ReplayError when it cannot be written */
  drain(): void;
  /** Ends, after a last drain. @throws ReplayError when something cannot be written */
  finish(): void;
  /** Ends without that. */
  abandon(): void;
}

/** Writes files, as the writer's thread does. */
export class WrittenRows implements RowSink {
  readonly made: RotatedFile[] = [];
  readonly #main = new MessageChannel();
  readonly #counters = Counters.create(STORE_COUNTERS);
  readonly #writer: Writer;
  readonly #directory: string;
  #trouble: string | null = null;

  /** @param now milliseconds since the Unix epoch @throws ReplayError when the directory cannot be written */
  constructor(options: WriterOptions, sampler: SteppedSampler, now: () => number) {
    this.#directory = options.directory;
    const ports = [this.#main.port1, sampler.writerPort];
    const post = (message: FromWriter): void => this.#heard(message);
    try {
      this.#writer = new Writer({ options, rings: [sampler.ring], ports, counters: this.#counters, post, now });
    } catch (cause) {
      this.abandon();
      const { code, syscall } = cause as NodeJS.ErrnoException;
      if (code === undefined || syscall === undefined) throw cause;
      throw new ReplayError(this.#unwritable(code), { cause });
    }
  }

  get samples(): number {
    return this.#counters.get('values_written');
  }

  post(message: ToWriter): void {
    this.#main.port2.postMessage(message);
  }

  drain(): void {
    while (this.#writer.step());
    if (this.#trouble !== null) throw new ReplayError(this.#trouble);
  }

  finish(): void {
    this.post({ type: 'stop', reason: 'end' });
    this.drain();
    this.#main.port2.close();
  }

  abandon(): void {
    this.#main.port2.close();
  }

  #heard(message: FromWriter): void {
    if (message.type === 'rotated') this.made.push(...message.files);
    else if (message.type === 'trouble' && !message.over) this.#trouble ??= this.#describe(message);
  }

  /** A recorder would keep rows in memory and try again; a replay is as well made anew. */
  #describe({ errno, message }: FromWriter & { readonly type: 'trouble' }): string {
    return errno === null ? message : this.#unwritable(errno);
  }

  #unwritable(errno: string): string {
    return `${this.#directory} cannot be written (${errno}): nothing was kept; make room, or choose another --output-dir`;
  }
}

/** Takes rows and forgets them: where a pipeline runs for the sake of what it reads. */
export class ForgottenRows implements RowSink {
  readonly made: readonly RotatedFile[] = [];
  readonly samples = 0;
  readonly #sampler: SteppedSampler;

  constructor(sampler: SteppedSampler) {
    this.#sampler = sampler;
  }

  post(): void {}

  drain(): void {
    const { ring, writerPort } = this.#sampler;
    for (let slot = ring.next(); slot >= 0; slot = ring.next()) ring.release(slot);
    while (receiveMessageOnPort(writerPort) !== undefined);
  }

  finish(): void {
    this.drain();
    this.abandon();
  }

  abandon(): void {
    this.#sampler.writerPort.close();
  }
}
