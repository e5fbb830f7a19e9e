import { closeSync, globSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../failure.ts';

/** One line that a container has written. */
export interface PodLogLine {
  /** As it stands in the log: RFC 3339. */
  readonly time: string;
  readonly pod: string;
  readonly scenario: string;
  readonly text: string;
}

const PIECE_BYTES = 64 * 1024;

/**
 * The logs of the pods of a run, which lie as a kubelet leaves them: namespace_pod_uid/container/restart.log, each line
 * `time stream tag text`.
 *
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/cri-client/pkg/logs/logs.go
 */
export class PodLogReader {
  readonly #pattern: string;
  /** How many bytes of each file were read: whole lines. */
  readonly #read = new Map<string, number>();

  /** @param scenario null for all */
  constructor(hostRoot: string, scenario: string | null) {
    this.#pattern = join(hostRoot, 'var/log/pods/*', scenario ?? '*', '*.log');
  }

  /** Lines that were written since it was last asked, in the order of time. */
  read(): PodLogLine[] {
    const lines = globSync(this.#pattern).flatMap((file) => this.#linesOf(file));
    return lines.toSorted((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0));
  }

  #linesOf(file: string): PodLogLine[] {
    const at = this.#read.get(file) ?? 0;
    const bytes = readFrom(file, at);
    const end = bytes.lastIndexOf('\n') + 1;
    this.#read.set(file, at + end);
    const lines = bytes.toString('utf8', 0, end).split('\n');
    const container = dirname(file);
    const [, pod = ''] = basename(dirname(container)).split('_');
    return lines.flatMap((line) => {
      const [, time, text] = /^(\S+) \S+ \S+ (.*)$/s.exec(line) ?? [];
      return time === undefined ? [] : [{ time, pod, scenario: basename(container), text: text! }];
    });
  }
}

function readFrom(file: string, at: number): Buffer {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    // The log of a container before the last goes when there is a new one.
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const pieces: Buffer[] = [];
    for (let position = at; ;) {
      const piece = Buffer.alloc(PIECE_BYTES);
      const read = readSync(fd, piece, 0, PIECE_BYTES, position);
      if (read === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, read));
      position += read;
    }
  } finally {
    closeSync(fd);
  }
}
