/** Contents that no kernel should give and that a reader of kernel files must survive: each parser is run on each of them. */
export interface HostileBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function text(name: string, content: string): HostileBytes {
  return { name, bytes: Buffer.from(content, 'latin1') };
}

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

export const HOSTILE_BYTES: readonly HostileBytes[] = [
  text('nothing', ''),
  text('a line feed', '\n'),
  text('line feeds', '\n'.repeat(4096)),
  text('a NUL', '\0'),
  text('NULs', '\0'.repeat(4096)),
  text('spaces', ' '.repeat(4096)),
  text('tabs and carriage returns', '\t\r\n'.repeat(100)),
  { name: 'every byte once', bytes: ALL_BYTES },
  { name: 'bytes above 127', bytes: new Uint8Array(512).fill(0xff) },
  { name: 'UTF-8 cut in the middle', bytes: Uint8Array.of(0xe2, 0x82) },
  text('a key without a value', 'anon'),
  text('a key, a space, no value', 'anon \n'),
  text('a value without a key', ' 4096\n'),
  text('a minus sign', '-\n'),
  text('a negative number', 'anon -4096\n'),
  text('a plus sign', 'anon +4096\n'),
  text('a fraction', 'anon 1.5\n'),
  text('an exponent', 'anon 1e9\n'),
  text('hexadecimal', 'anon 0x1000\n'),
  text('leading zeros', `anon ${'0'.repeat(400)}7\n`),
  text('2^53', 'anon 9007199254740992\n'),
  text('2^53 + 1', 'anon 9007199254740993\n'),
  text('2^64 - 1', 'anon 18446744073709551615\n'),
  text('a number of a thousand digits', `anon ${'9'.repeat(1000)}\n`),
  text('max', 'max\n'),
  text('max cut short', 'ma'),
  text('letters for digits', 'anon twelve\n'),
  text('a digit too late', 'anon 12x4\n'),
  text('the same key twice', 'anon 1\nanon 2\n'),
  text('no line feed at the end', 'anon 1\nfile 2'),
  text('carriage returns', 'anon 1\r\nfile 2\r\n'),
  text('a line of 64 KiB', `${'a'.repeat(65536)} 1\n`),
  text('many lines', 'anon 1\n'.repeat(20_000)),
  text('an unknown key of control bytes', '\u0001\u0002\u0003 5\n'),
  text('parentheses', '1 ((((())))) S 1 1\n'),
  text('an open parenthesis', '1 (comm'),
  text('a parenthesis that closes nothing', '1 comm) S 1\n'),
  text('HTML', '<html><body>502 Bad Gateway</body></html>\n'),
  text('JSON', '{"anon": 4096}\n'),
];
