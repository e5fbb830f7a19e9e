const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
/** Terminals that know them show what lies between at once; others ignore them. */
const BEGIN_FRAME = '\x1b[?2026h';
const END_FRAME = '\x1b[?2026l';

/** The part of a terminal's output that the screen needs. Writes to a terminal are synchronous: they hold at exit, too. */
export type ScreenStream = Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'writableNeedDrain' | 'write' | 'on' | 'off'>;

/** The bytes of one frame: every line is overwritten in place and cleared to its end, so that nothing blinks. */
export function frame(lines: readonly string[]): string {
  const text = lines.map((line) => line + CLEAR_LINE).join('\r\n');
  return BEGIN_FRAME + HOME + text + CLEAR_BELOW + END_FRAME;
}

/** The terminal's alternate screen: what was there before comes back on leave(). */
export class Screen {
  readonly #stream: ScreenStream;
  #entered = false;

  constructor(stream: ScreenStream) {
    this.#stream = stream;
  }

  get width(): number {
    return this.#stream.columns;
  }

  get height(): number {
    return this.#stream.rows;
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    this.#stream.write(ENTER);
  }

  /** Draws a frame; leaves it out when the terminal has not taken the last one yet. */
  draw(lines: readonly string[]): void {
    if (this.#entered && !this.#stream.writableNeedDrain) this.#stream.write(frame(lines));
  }

  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#stream.write(LEAVE);
  }
}
