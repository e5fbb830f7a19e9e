import t from 'tap';
import { isLike } from '../../src/export/glob.ts';

t.test('patterns', (t) => {
  const like: readonly (readonly [string, string])[] = [
    ['memory_current_bytes', 'memory_current_bytes'],
    ['memory_current_bytes', '*'],
    ['memory_current_bytes', 'memory_*'],
    ['memory_current_bytes', '*_bytes'],
    ['memory_current_bytes', '*current*'],
    ['memory_current_bytes', 'm**s'],
    ['aXbXc', 'a*b*c'],
    ['', '*'],
    ['a.b', 'a.b'],
  ];
  for (const [text, pattern] of like) t.ok(isLike(text, pattern), `${text} is like ${pattern}`);
  const unlike: readonly (readonly [string, string])[] = [
    ['memory_current_bytes', 'memory_'],
    ['memory', 'memory*y'],
    ['aba', 'ab*ba'],
    ['acb', 'a*b*c'],
    ['axb', 'a.b'],
    ['MEMORY', 'memory'],
    ['', 'a*'],
  ];
  for (const [text, pattern] of unlike) t.notOk(isLike(text, pattern), `${text} is not like ${pattern}`);
  t.end();
});

t.test('a hostile pattern takes no time', (t) => {
  const start = performance.now();
  t.notOk(isLike('a'.repeat(10_000), `${'*a'.repeat(5_000)}b`));
  t.ok(performance.now() - start < 1000);
  t.end();
});
