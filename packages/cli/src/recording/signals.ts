const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** npx passes on a Ctrl-C that the terminal has sent to us already: both arrive within milliseconds and mean one. */
const SAME_MS = 500;

export interface SignalActions {
  readonly stop: (signal: string) => void;
  /** A second signal: whoever sent it does not want to wait. */
  readonly force: (signal: string) => void;
  readonly reread: () => void;
}

/**
 * Turns signals into actions until the returned function is called.
 *
 * @param now a monotonic clock in milliseconds
 */
export function onSignals(actions: SignalActions, now: () => number = () => performance.now()): () => void {
  let first: number | undefined;
  const onStop = (signal: string): void => {
    if (first === undefined) {
      first = now();
      actions.stop(signal);
    } else if (now() - first >= SAME_MS) {
      actions.force(signal);
    }
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onStop);
  process.on('SIGHUP', actions.reread);
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, onStop);
    process.off('SIGHUP', actions.reread);
  };
}
