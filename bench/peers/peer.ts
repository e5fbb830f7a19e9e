import type { Accounted } from '../harness/used-cpu.ts';

/** What a program has kept of the processes, by its own output. */
export interface Kept {
  /** Values that it keeps of all processes, and of what else it was told to keep. */
  readonly samples: number;
  /** Samples of processes: one process at one instant. */
  readonly processSamples: number;
  /** Instants. */
  readonly ticks: number;
  /** Bytes of what it keeps; null when it keeps nothing itself. */
  readonly bytes: number | null;
}

/** A program at work. */
export interface AtWork extends Accounted {
  rssBytes(): number;
  /** Called once a second while it works, for who has to be asked. */
  ask(): Promise<void>;
  /** Stops it and reads what it has kept. */
  stop(): Promise<Kept>;
}

export interface Peer {
  readonly name: string;
  /** What it is told to do, for people. */
  readonly setting: string;
  /** What is counted as a sample in what it keeps, for people. */
  readonly sample: string;
  /** Null when it is installed, else what is missing. */
  readonly missing: string | null;
  /**
   * @param directory of its own, empty
   * @param seconds for which it will be at work at least
   */
  start(directory: string, seconds: number): Promise<AtWork>;
}
