import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { ToWriter } from './messages.ts';

/** The ports on which main and samplers post. Polled, because a thread that waits on the doorbell has no event loop. */
export class Inbox {
  readonly #ports: MessagePort[];

  constructor(ports: readonly MessagePort[]) {
    this.#ports = [...ports];
  }

  /** Hands over everything that has been posted, in the order of each port. A port that comes in a message is added. */
  take(handle: (message: ToWriter) => void): void {
    // Not for-of over a copy: a port that is added is polled in the same round.
    for (let index = 0; index < this.#ports.length; index++) {
      const port = this.#ports[index]!;
      for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port)) {
        const message = received.message as ToWriter;
        if (message.type === 'port') this.#ports.push(message.port as MessagePort);
        else handle(message);
      }
    }
  }

  close(): void {
    for (const port of this.#ports) port.close();
  }
}
