/** Containers for a recording, and what happens to them. */
export interface Scene {
  /** What a recorder finds where on a node: directories of ours by their paths there. */
  readonly host: Readonly<Record<string, string>>;
  /** Path below every cgroup mount that is taken for the top; `/` where the machine is ours alone. */
  readonly cgroup: string;
  /** Lets happen what is due. @param now milliseconds since the first tick; 0 before */
  step(now: number): Promise<void>;
  /** Removes everything. */
  stop(): Promise<void>;
}

/** What is to happen once, some time after the recorder has started. */
export interface Turn {
  readonly atMs: number;
  readonly does: () => unknown;
}

/** Each turn once, in their order. */
export function takeTurns(turns: readonly Turn[]): (now: number) => Promise<void> {
  const pending = turns.toSorted((one, other) => other.atMs - one.atMs);
  return async (now) => {
    for (let next = pending.at(-1); next !== undefined && next.atMs <= now; next = pending.at(-1)) {
      pending.pop();
      await next.does();
    }
  };
}
