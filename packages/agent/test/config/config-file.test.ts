import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { readConfigFile } from '../../src/config/config-file.ts';
import { settingsOf } from '../../src/config/settings.ts';

function written(t: Test, content: string): string {
  return join(t.testdir({ 'fgm.yaml': content }), 'fgm.yaml');
}

t.test('reads texts as they stand in the file, with their line', (t) => {
  const path = written(t, '# a comment\ninterval: 500ms\n\ncompression-level: 007\nlisten: ":0"\nidentifier: n1\n');
  const entries = [...readConfigFile(path, settingsOf('monitor'))].map(([setting, { texts, origin }]) => [
    setting.key,
    texts,
    origin.line,
  ]);
  t.same(entries, [
    ['intervalMs', ['500ms'], 2],
    ['compressionLevel', ['007'], 4],
    ['listen', [':0'], 5],
    ['identifier', ['n1'], 6],
  ]);
  t.end();
});

t.test('a list setting takes one text or a list', (t) => {
  for (const [content, texts] of [
    ['redact: a+\n', ['a+']],
    ['redact: [a+, "b c"]\n', ['a+', 'b c']],
    ['redact:\n  - &x secret\n  - *x\n', ['secret', 'secret']],
  ] as const) {
    const [entry] = readConfigFile(written(t, content), settingsOf('monitor')).values();
    t.same(entry?.texts, texts, content);
  }
  t.end();
});

t.test('an empty file says nothing', (t) => {
  for (const content of ['', '# nothing\n', '---\n', 'null\n'])
    t.equal(readConfigFile(written(t, content), settingsOf('up')).size, 0);
  t.end();
});

t.test('says file, line and what would be right', (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['\nintervall: 1s\n', /fgm\.yaml:2: unknown key "intervall"; did you mean interval\?$/],
    ['retention_bytes: 1GiB\n', /:1: unknown key "retention_bytes"; did you mean retention-bytes\?$/],
    ['frobnicate: 1\n', /:1: unknown key "frobnicate"; the keys are the flags/],
    ['interval:\n', /:1: interval: has no value/],
    ['interval: [1s]\n', /:1: interval: found a list; wanted a duration/],
    ['interval: {a: 1}\n', /:1: interval: found a map; wanted a duration/],
    ['redact: {a: 1}\n', /:1: redact: found a map; wanted .*, or a list of them/],
    ['interval: 1s\ninterval: 2s\n', /:2: not YAML: Map keys must be unique/],
    ['output-dir: /a\ndata-dir: /b\n', /:2: data-dir: the same setting as output-dir in line 1/],
    ['a: b: c\n', /:1: not YAML: /],
    ['- interval\n', /:1: wanted lines of the form "flag: value"/],
    ['interval\n', /:1: wanted lines of the form "flag: value"/],
    ['? [a]\n: 1\n', /:1: unknown key/],
  ];
  for (const [content, message] of cases) {
    t.throws(
      () => readConfigFile(written(t, content), settingsOf('monitor')),
      { name: 'ConfigError', message },
      content,
    );
  }
  t.end();
});

t.test('a file that cannot be read is an error of one line', (t) => {
  const directory = t.testdir({});
  t.throws(() => readConfigFile(join(directory, 'none.yaml'), settingsOf('monitor')), {
    message: /none\.yaml: cannot be read \(ENOENT\)/,
  });
  t.throws(() => readConfigFile(directory, settingsOf('monitor')), { message: /is not a regular file/ });
  t.end();
});

t.test('what is no file to read is refused before it is opened', (t) => {
  const directory = t.testdir({ 'large.yaml': `#${'x'.repeat(1024 * 1024)}\n` });
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(directory, 'pipe')]);
  for (const [path, message] of [
    [join(directory, 'pipe'), /pipe: is not a regular file; wanted a YAML file$/],
    ['/dev/zero', /^\/dev\/zero: is not a regular file/],
    [directory, /is not a regular file/],
    [join(directory, 'large.yaml'), /has 1048578 bytes; wanted a YAML file of at most 1 MiB$/],
  ] as const) {
    t.throws(() => readConfigFile(path, settingsOf('monitor')), { name: 'ConfigError', message });
  }
  t.end();
});
