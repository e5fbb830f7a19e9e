/** Whatever is given as a setting, by flag, variable or file: it is taken as it was meant, or refused by name. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { ConfigError } from '../../src/config/config-error.ts';
import { nearest } from '../../src/config/nearest.ts';
import { resolveConfig, type Sources } from '../../src/config/resolve-config.ts';
import { settingsOf, variableOf } from '../../src/config/settings.ts';

const SETTINGS = settingsOf('up');
const FLAGS = SETTINGS.flatMap(({ flag, alias }) => (alias === undefined ? [flag] : [flag, alias]));

const value = fc.oneof(
  fc.constantFrom(
    '1s',
    '100ms',
    '1h',
    '1m30s',
    '0s',
    '-1s',
    '1e3s',
    '1 s',
    '٣s',
    '9999999h',
    '0x10',
    'NaN',
    'Infinity',
  ),
  fc.constantFrom(
    '1GiB',
    '0.5GiB',
    '1e9',
    '-1',
    '9007199254740993',
    '1EiB',
    '10%',
    'off',
    'auto',
    'all',
    'on',
    'true',
    '',
  ),
  fc.constantFrom(
    ':9090',
    '127.0.0.1:0',
    '[::1]:80',
    '[::1',
    ':99999',
    'localhost:x',
    'unix:/x',
    '::',
    '/tmp',
    '..',
    '*',
  ),
  fc.constantFrom(
    '(',
    '[a',
    '(a+)+$',
    '\\',
    '/kubepods*',
    'a,b',
    'a\nb',
    '\0',
    '\ud800',
    'x'.repeat(10_000),
    '9'.repeat(400),
  ),
  fc.nat().map(String),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

/** Throws unless it resolves, or is refused with a message that names what is wrong. */
function resolves(sources: Omit<Sources, 'command' | 'hostname'>): void {
  try {
    const { config } = resolveConfig({ command: 'up', hostname: 'box', ...sources });
    const { intervalMs, rotationMs } = config;
    if (!(intervalMs > 0 && rotationMs >= intervalMs)) throw new Error(`${intervalMs} ms, ${rotationMs} ms`);
    for (const [key, one] of Object.entries(config)) if (Number.isNaN(one) || one === undefined) throw new Error(key);
  } catch (cause) {
    if (!(cause instanceof ConfigError) || cause.message.length < 10) throw cause;
  }
}

t.test('flags and variables', (t) =>
  holds(
    t,
    fc.property(
      fc.dictionary(fc.constantFrom(...FLAGS.filter((flag) => flag !== 'config')), value, { maxKeys: 4 }),
      fc.dictionary(fc.constantFrom(...FLAGS.filter((flag) => flag !== 'config').map(variableOf)), value, {
        maxKeys: 3,
      }),
      (flags, env) => resolves({ flags, env }),
    ),
  ),
);

const scalar = fc.oneof(
  value.map((text) => JSON.stringify(text)),
  value,
  fc.constantFrom(
    '~',
    'null',
    '[1, 2]',
    '{a: b}',
    '*x',
    '&x 1s',
    '!!binary aGk=',
    '!!js/function x',
    '|\n  a',
    '- a',
    '1_0',
    '0o17',
  ),
);
const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...FLAGS) },
  fc.constantFrom('__proto__', '? a', '<<', '1', ''),
  value,
);
const document = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(fc.tuple(key, scalar), { maxLength: 5 })
      .map((list) => list.map((pair) => `${pair.join(': ')}\n`).join('')),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.json() },
);

t.test('files', (t) => {
  const file = join(t.testdir({}), 'fgm.yaml');
  return holds(
    t,
    fc.property(document, (text) => {
      writeFileSync(file, text);
      resolves({ flags: { config: file }, env: {} });
    }),
    5,
  );
});

/** What YAML may blow up to, and what may take long to find the end of. */
const BOMBS: Readonly<Record<string, string>> = {
  'a list that aliases double thirty times': `redact: &a30 ${Array.from({ length: 30 }).reduce<string>((inner, _, n) => `[&a${n} ${inner}, *a${n}]`, 'x')}\n`,
  'an alias to itself': 'interval: &a [*a]\n',
  'an alias to itself in a list': 'redact: &a [*a]\n',
  'lists in lists': `interval: ${'['.repeat(5_000)}${']'.repeat(5_000)}\n`,
  'maps in maps': `interval: ${'{a: '.repeat(3_000)}1${'}'.repeat(3_000)}\n`,
  'a number without end': `interval: ${'9'.repeat(900_000)}\n`,
  'bytes that are no UTF-8': '\u00ff\u00fe',
};

for (const [what, text] of Object.entries(BOMBS)) {
  t.test(`a file with ${what}`, async (t) => {
    const file = join(t.testdir({}), 'fgm.yaml');
    writeFileSync(file, text, 'latin1');
    const before = process.cpuUsage();
    t.throws(() => resolveConfig({ command: 'up', hostname: 'box', flags: { config: file }, env: {} }), ConfigError);
    const { user, system } = process.cpuUsage(before);
    t.ok(user + system < 5_000_000, `takes ${(user + system) / 1000} ms of CPU time`);
  });
}

t.test('the nearest flag is one of the flags', (t) =>
  holds(
    t,
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const found = nearest(text, FLAGS);
      return found === undefined || FLAGS.includes(found);
    }),
  ),
);
