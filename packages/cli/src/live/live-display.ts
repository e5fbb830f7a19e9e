import type { LiveSnapshot, Recorder } from '@fgm/agent';
import type { Style } from '../text/style.ts';
import { onKeys } from './keys.ts';
import type { KeyStream } from './keys.ts';
import type { Notices } from './notices.ts';
import { renderLive } from './render.ts';
import type { LiveView } from './render.ts';
import { Screen } from './screen.ts';
import type { ScreenStream } from './screen.ts';

export interface DisplayStreams {
  readonly input: KeyStream;
  readonly output: ScreenStream;
}

/** The live table on a terminal, from start() to close(). */
export class LiveDisplay {
  readonly #streams: DisplayStreams;
  readonly #screen: Screen;
  readonly #notices: Notices;
  readonly #style: Style;
  #view: LiveView;
  #releaseKeys: () => void = () => undefined;

  constructor(streams: DisplayStreams, directory: string, notices: Notices, style: Style) {
    this.#streams = streams;
    this.#screen = new Screen(streams.output);
    this.#notices = notices;
    this.#style = style;
    this.#view = { snapshot: null, directory, url: null, page: null, notice: null, stopping: false };
  }

  /** What was shown last; null before the first tick. */
  get snapshot(): LiveSnapshot | null {
    return this.#view.snapshot;
  }

  start(): void {
    process.on('exit', this.#onExit);
    process.on('SIGTSTP', this.#suspend);
    process.on('SIGCONT', this.#open);
    this.#streams.output.on('resize', this.#draw);
    this.#open();
  }

  show(snapshot: LiveSnapshot): void {
    this.#update({ snapshot });
  }

  started(recorder: Recorder): void {
    this.#update({ url: recorder.url });
  }

  /** The page is served here. */
  page(url: string): void {
    this.#update({ page: url });
  }

  stopping(): void {
    this.#update({ stopping: true });
  }

  /** Gives the terminal back. */
  close(): void {
    process.off('exit', this.#onExit);
    process.off('SIGTSTP', this.#suspend);
    process.off('SIGCONT', this.#open);
    this.#streams.output.off('resize', this.#draw);
    this.#releaseKeys();
    this.#screen.leave();
  }

  #update(part: Partial<LiveView>): void {
    this.#view = { ...this.#view, ...part };
    this.#draw();
  }

  readonly #draw = (): void => {
    const view = { ...this.#view, notice: this.#notices.current() };
    this.#screen.draw(renderLive(view, this.#screen.width, this.#screen.height, this.#style));
  };

  readonly #open = (): void => {
    this.#releaseKeys();
    this.#screen.enter();
    this.#releaseKeys = onKeys(this.#streams.input, {
      // The way of every other signal: one place decides what a first and a second one mean.
      quit: () => process.kill(process.pid, 'SIGINT'),
      suspend: this.#suspend,
    });
    this.#draw();
  };

  readonly #suspend = (): void => {
    this.#releaseKeys();
    this.#screen.leave();
    process.kill(process.pid, 'SIGSTOP');
  };

  readonly #onExit = (): void => {
    this.#releaseKeys();
    this.#screen.leave();
  };
}
