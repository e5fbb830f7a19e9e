const CALLS = ['load', 'store', 'add', 'notify', 'wait'] as const;

/** Thrown where a thread dies. */
export const DEATH = new Error('the thread dies here');

/** What happens in front of the n-th call of Atomics from now on. */
export type Interruptions = ReadonlyMap<number, () => void>;

/**
 * Runs one thread's action while others run between its steps: in front of the n-th Atomics call that the action makes, what
 * stands at n happens whole. Calls made meanwhile are not counted.
 */
export function interleaved(action: () => void, interruptions: Interruptions): void {
  const saved = CALLS.map((name) => Atomics[name]);
  let count = 0;
  let inside = false;
  const patch = (): void =>
    CALLS.forEach((name, index) => {
      const call = saved[index] as (...args: unknown[]) => unknown;
      Object.assign(Atomics, {
        [name]: (...args: unknown[]) => {
          const other = inside ? undefined : interruptions.get(count++);
          if (other !== undefined) {
            inside = true;
            try {
              other();
            } finally {
              inside = false;
            }
          }
          return call(...args);
        },
      });
    });
  patch();
  try {
    action();
  } finally {
    CALLS.forEach((name, index) => Object.assign(Atomics, { [name]: saved[index] }));
  }
}
