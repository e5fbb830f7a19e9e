const CTRL_C = '\x03';
const CTRL_Z = '\x1a';

/** The part of a terminal's input that the keys need. */
export type KeyStream = Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;

export interface KeyActions {
  readonly quit: () => void;
  readonly suspend: () => void;
}

/** The action of what was typed, if it is one. */
export function keyAction(typed: string): keyof KeyActions | undefined {
  if (typed.includes('q') || typed.includes(CTRL_C)) return 'quit';
  return typed.includes(CTRL_Z) ? 'suspend' : undefined;
}

/**
 * Reads keys without showing them, until the returned function is called. In this mode the terminal sends no signal for
 * Ctrl-C: this process alone hears of it, and not npx as well, which would give the prompt back too early.
 */
export function onKeys(stream: KeyStream, actions: KeyActions): () => void {
  if (!stream.isTTY) return () => undefined;
  const onData = (bytes: Buffer): void => {
    const action = keyAction(bytes.toString('latin1'));
    if (action) actions[action]();
  };
  stream.setRawMode(true);
  stream.on('data', onData);
  stream.resume();
  return () => {
    stream.off('data', onData);
    stream.setRawMode(false);
    stream.pause();
  };
}
