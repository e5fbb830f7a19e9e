import { resolve } from 'node:path';
import { parseAddress } from './address.ts';
import type { Address } from './address.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { formatSize, parseSize } from './size.ts';

/** How a setting's text becomes its value. */
export interface ValueType<V> {
  /** Stands for the value in the help: `duration`, `on|off`. */
  readonly placeholder: string;
  /** Completes "wanted …" in a message, with the bounds: `a duration from 50ms to 1m, such as 1s`. */
  readonly wanted: string;
  /** @returns undefined when the text is not of this type or out of bounds */
  readonly parse: (text: string) => V | undefined;
}

const USEC_PER_MS = 1000;

interface DurationBounds {
  readonly min: number;
  readonly max: number;
  readonly example: string;
}

/** Bounds are microseconds, and so is the value. */
export function durationUsec({ min, max, example }: DurationBounds): ValueType<number> {
  return {
    placeholder: 'duration',
    wanted: `a duration from ${formatDuration(min)} to ${formatDuration(max)}, such as ${example}`,
    parse: (text) => {
      const usec = parseDuration(text);
      return usec !== undefined && usec >= min && usec <= max ? usec : undefined;
    },
  };
}

/** Bounds are microseconds, the value is in whole milliseconds. */
export function durationMs(bounds: DurationBounds): ValueType<number> {
  const inner = durationUsec(bounds);
  return {
    placeholder: inner.placeholder,
    wanted: inner.wanted.replace('a duration', 'a duration of whole milliseconds'),
    parse: (text) => {
      const ms = (inner.parse(text) ?? NaN) / USEC_PER_MS;
      return Number.isInteger(ms) ? ms : undefined;
    },
  };
}

export function size(min: number, max = Infinity): ValueType<number> {
  const range = max === Infinity ? `of at least ${formatSize(min)}` : `from ${formatSize(min)} to ${formatSize(max)}`;
  return {
    placeholder: 'size',
    wanted: `a size ${range}, such as 1GiB, 500MB or a number of bytes`,
    parse: (text) => {
      const bytes = parseSize(text);
      return bytes !== undefined && bytes >= min && bytes <= max ? bytes : undefined;
    },
  };
}

export function integer(min: number, max: number): ValueType<number> {
  return {
    placeholder: 'number',
    wanted: `a whole number from ${min} to ${max}`,
    parse: (text) => {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

export function choice<const V extends string>(choices: readonly V[], placeholder = choices.join('|')): ValueType<V> {
  return {
    placeholder,
    wanted: `one of ${choices.join(', ')}`,
    parse: (text) => choices.find((candidate) => candidate === text),
  };
}

/** What `inner` takes, or the word `auto`. */
export function orAuto<V>(inner: ValueType<V>): ValueType<V | 'auto'> {
  return {
    placeholder: `auto|${inner.placeholder}`,
    wanted: `auto, or ${inner.wanted}`,
    parse: (text) => (text === 'auto' ? 'auto' : inner.parse(text)),
  };
}

/** What `inner` takes, or the word `off`, which is null. */
export function orOff<V>(inner: ValueType<V>): ValueType<V | null> {
  return {
    placeholder: inner.placeholder,
    wanted: `${inner.wanted}, or off`,
    parse: (text) => (text === 'off' ? null : inner.parse(text)),
  };
}

/** A path, made absolute, so that messages and worker threads agree on it. */
export const path: ValueType<string> = {
  placeholder: 'path',
  wanted: 'a path',
  parse: (text) => (text === '' || text.includes('\0') ? undefined : resolve(text)),
};

export const address: ValueType<Address | null> = {
  placeholder: 'host:port',
  wanted: 'host:port such as 127.0.0.1:9464, [::1]:9464 or :9464, or off',
  parse: parseAddress,
};

/** An address to connect to. */
export const endpoint: ValueType<Address> = {
  placeholder: 'host:port',
  wanted: 'host:port such as 10.96.0.1:443 or [fd00::1]:443',
  parse: (text) => {
    const parsed = parseAddress(text) ?? undefined;
    return parsed !== undefined && parsed.host !== '' && parsed.port > 0 ? parsed : undefined;
  },
};

/** A label's text: shown in tables and messages, so nothing that moves a cursor. */
export const labelText: ValueType<string> = {
  placeholder: 'name',
  wanted: 'a name of 1 to 253 printable characters of any script, without spaces at its ends',
  parse: (text) => (/^[^\p{Cc}]{1,253}$/u.test(text) && text.trim() === text ? text : undefined),
};

/** Becomes a directory name, `identifier=<value>`: no separators, no `=`, and short of the 255 bytes of a name. */
export const pathComponent: ValueType<string> = {
  placeholder: 'name',
  wanted: 'a name of letters from a to z, digits, ".", "_" and "-" that starts with a letter or digit (up to 200)',
  parse: (text) => (/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(text) ? text : undefined),
};

export const pattern: ValueType<string> = {
  placeholder: 'pattern',
  wanted: 'a JavaScript regular expression that does not match the empty text, such as token=\\S+',
  parse: (text) => {
    try {
      // A pattern that matches nothing at all would put [redacted] between all characters.
      return new RegExp(text).test('') ? undefined : text;
    } catch {
      return undefined;
    }
  },
};
