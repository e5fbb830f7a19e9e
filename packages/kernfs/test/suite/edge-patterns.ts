/** A number in a text that becomes a value: where it stands. */
export interface ValuePlace {
  readonly start: number;
  readonly end: number;
}

/** A sample of a kernel file and what can be done to it. All texts have one character a byte. */
export interface EdgeBase {
  readonly text: string;
  /** The first number of the text that is a value; null when there is none. */
  readonly value: ValuePlace | null;
}

type Pattern = (base: EdgeBase) => string | null;

/** The text with something else in place of its first value. */
function valued(put: (digits: string) => string): Pattern {
  return ({ text, value }) => {
    if (value === null) return null;
    return text.slice(0, value.start) + put(text.slice(value.start, value.end)) + text.slice(value.end);
  };
}

/** The text with something else in place of the line that has its first value. */
function lined(put: (line: string, start: number, end: number) => string): Pattern {
  return ({ text, value }) => {
    if (value === null) return null;
    const start = text.lastIndexOf('\n', value.start - 1) + 1;
    const end = text.indexOf('\n', value.start) + 1;
    const line = put(text.slice(start, end), value.start - start, value.end - start);
    return text.slice(0, start) + line + text.slice(end);
  };
}

function whole(put: (text: string) => string): Pattern {
  return ({ text }) => put(text);
}

function linesOf(text: string): string[] {
  return text.slice(0, -1).split('\n');
}

/** Only for files of more than one line. */
function several(put: (lines: readonly string[]) => readonly string[]): Pattern {
  return ({ text }) => {
    const lines = linesOf(text);
    return lines.length < 2 ? null : `${put(lines).join('\n')}\n`;
  };
}

const ALL_BYTES = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');

/** What may happen to a file, by the name that its result has in test-fixtures/edge. A pattern gives null where it means nothing. */
export const EDGE_PATTERNS: Readonly<Record<string, Pattern>> = {
  base: whole((text) => text),
  empty: () => '',
  'only-a-newline': () => '\n',
  'only-spaces': () => `${' '.repeat(16)}\n`,
  'only-nul-bytes': whole((text) => '\0'.repeat(Math.min(text.length, 64))),
  'every-byte': () => `${ALL_BYTES}\n`,
  html: () => '<html><body>502 Bad Gateway</body></html>\n',
  'no-newline-at-end': whole((text) => text.slice(0, -1)),
  'nul-at-end': whole((text) => `${text}\0`),
  'nul-before-newline': whole((text) => `${text.slice(0, -1)}\0\n`),
  crlf: whole((text) => text.replaceAll('\n', '\r\n')),
  'blank-line-in-front': whole((text) => `\n${text}`),
  'blank-line-at-end': whole((text) => `${text}\n`),
  'blank-line-between': several(([first, ...rest]) => [first!, '', ...rest]),
  'space-in-front': whole((text) => ` ${text}`),
  'space-at-line-ends': whole((text) => text.replaceAll('\n', ' \n')),
  'byte-order-mark': whole((text) => `\u00ef\u00bb\u00bf${text}`),
  'invalid-utf-8': lined((line) => `\u00ff\u00c3${line}`),
  'lines-reversed': several((lines) => lines.toReversed()),
  'duplicate-line': lined((line, start, end) => {
    const more = `${line.slice(0, start)}${BigInt(line.slice(start, end)) + 1n}${line.slice(end)}`;
    return line + more;
  }),
  'missing-line': several((lines) => lines.slice(0, -1)),
  'unknown-key': lined((line, start) => {
    const key = line.slice(0, start);
    return /[a-z]/i.test(key) ? line + line.replace(/[a-z]+/i, 'unknown') : `unknown 1\n${line}`;
  }),
  'very-long-line': whole((text) => `${text}${'a'.repeat(5000)} 1\n`),
  'cut-in-a-number': ({ text, value }) =>
    value === null ? null : `${text.slice(0, value.start)}${text.slice(value.start, value.end)[0]}`,
  'cut-before-a-number': ({ text, value }) => (value === null || value.start === 0 ? null : text.slice(0, value.start)),
  'no-number': valued(() => ''),
  'number-is-max': valued(() => 'max'),
  'number-is-a-letter': valued(() => 'x'),
  'number-is-0': valued(() => '0'),
  'number-is-negative': valued((digits) => `-${digits}`),
  'number-has-a-plus-sign': valued((digits) => `+${digits}`),
  'number-has-leading-zeros': valued((digits) => `000${digits}`),
  'number-has-a-fraction': valued((digits) => `${digits}.5`),
  'number-has-an-exponent': valued(() => '1e3'),
  'number-is-hexadecimal': valued(() => '0x10'),
  'number-is-2-to-the-53': valued(() => '9007199254740992'),
  'number-is-2-to-the-53-plus-1': valued(() => '9007199254740993'),
  'number-is-2-to-the-64-minus-1': valued(() => '18446744073709551615'),
  'number-has-20-digits': valued(() => '99999999999999999999'),
  'number-has-400-digits': valued(() => '9'.repeat(400)),
};
