import { EventEmitter } from 'node:events';
import t from 'tap';
import { keyAction, onKeys } from '../../src/live/keys.ts';
import type { KeyStream } from '../../src/live/keys.ts';

t.test('keys', (t) => {
  t.equal(keyAction('q'), 'quit');
  t.equal(keyAction('\x03'), 'quit');
  t.equal(keyAction('\x1a'), 'suspend');
  t.equal(keyAction('x\x1b[A'), undefined);
  t.end();
});

t.test('the terminal is put back into its own mode', (t) => {
  const calls: string[] = [];
  const stream = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (raw: boolean) => calls.push(`raw ${raw}`),
    resume: () => calls.push('resume'),
    pause: () => calls.push('pause'),
  });
  const release = onKeys(stream as unknown as KeyStream, {
    quit: () => calls.push('quit'),
    suspend: () => calls.push('suspend'),
  });
  stream.emit('data', Buffer.from('z'));
  stream.emit('data', Buffer.from('q'));
  stream.emit('data', Buffer.from('\x1a'));
  release();
  stream.emit('data', Buffer.from('q'));
  t.same(calls, ['raw true', 'resume', 'quit', 'suspend', 'raw false', 'pause']);
  t.end();
});

t.test('input that is no terminal is left alone', (t) => {
  const stream = new EventEmitter();
  const release = onKeys(stream as unknown as KeyStream, { quit: () => t.fail(), suspend: () => t.fail() });
  t.equal(stream.listenerCount('data'), 0);
  release();
  t.end();
});
