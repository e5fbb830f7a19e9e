import t from 'tap';
import { frame, Screen } from '../../src/live/screen.ts';
import type { ScreenStream } from '../../src/live/screen.ts';

/** A terminal that remembers what was written to it. */
function terminal(): ScreenStream & { written: string; writableNeedDrain: boolean } {
  const stream = {
    columns: 80,
    rows: 24,
    writableNeedDrain: false,
    written: '',
    write: (text: string) => {
      stream.written += text;
      return true;
    },
  };
  return stream as unknown as ScreenStream & { written: string; writableNeedDrain: boolean };
}

t.test('every line of a frame is cleared to its end, and what is below is cleared', (t) => {
  t.equal(frame(['a', 'b']), '\x1b[?2026h\x1b[Ha\x1b[K\r\nb\x1b[K\x1b[J\x1b[?2026l');
  t.end();
});

t.test('the terminal is as it was after leave()', (t) => {
  const stream = terminal();
  const screen = new Screen(stream);
  screen.draw(['before enter']);
  t.equal(stream.written, '');
  screen.enter();
  screen.enter();
  screen.draw(['x']);
  screen.leave();
  screen.leave();
  t.equal(stream.written, `\x1b[?1049h\x1b[?25l${frame(['x'])}\x1b[?25h\x1b[?1049l`);
  t.end();
});

t.test('a terminal that has not taken the last frame gets no new one', (t) => {
  const stream = terminal();
  const screen = new Screen(stream);
  screen.enter();
  const before = stream.written;
  stream.writableNeedDrain = true;
  screen.draw(['x']);
  t.equal(stream.written, before);
  t.end();
});
