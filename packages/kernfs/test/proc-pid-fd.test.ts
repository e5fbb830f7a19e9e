import { closeSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ENOENT } from '../src/kernel-file.ts';
import { DescriptorCounter, MOST_LISTED, TOO_MANY } from '../src/proc-pid-fd.ts';

const NOBODY = 4_194_305;

t.test('a real process', { skip: process.platform !== 'linux' && 'needs /proc' }, (t) => {
  const counter = new DescriptorCounter('/proc');
  const before = counter.count(process.pid);
  // Listing takes a descriptor itself, so the two may differ by that one.
  t.ok(Math.abs(before - readdirSync('/proc/self/fd').length) <= 1, `${before} descriptors, as many as are listed`);
  const opened = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'));
  t.equal(counter.count(process.pid), before + 50, 'and those opened since');
  for (const descriptor of opened) closeSync(descriptor);
  t.equal(counter.count(process.pid), before, 'and not those closed again');
  t.equal(counter.count(NOBODY), ENOENT, 'no such process');
  t.end();
});

t.test('where the kernel gives no number they are listed', (t) => {
  const root = t.testdir();
  const directory = join(root, '7', 'fd');
  mkdirSync(directory, { recursive: true });
  mkdirSync(join(root, 'self', 'fd'), { recursive: true });
  writeFileSync(join(root, 'self', 'fd', '0'), '');
  const counter = new DescriptorCounter(root);
  t.equal(counter.bySize, false, 'the size of an ordinary directory counts nothing');
  t.equal(counter.count(7), 0);
  for (let number = 0; number < 1200; number++) writeFileSync(join(directory, `${number}`), '');
  t.equal(counter.count(7), 1200, 'more than one batch');
  t.equal(counter.count(8), ENOENT);
  writeFileSync(join(root, '9'), '');
  t.ok(counter.count(9) < 0, 'what is no directory has none');
  for (let number = 1200; number <= MOST_LISTED; number++) writeFileSync(join(directory, `${number}`), '');
  t.equal(counter.count(7), TOO_MANY, 'and too many are not counted to the end');
  t.end();
});

t.equal(new DescriptorCounter('/nonexistent').bySize, false);
