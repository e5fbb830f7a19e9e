import { readFileSync } from 'node:fs';
import { errorCode } from '../failure.ts';

/** A small file's text, or the code of the error that kept it from being read. */
export type SmallFile = { readonly text: string } | { readonly errno: string };

export function readSmallFile(path: string): SmallFile {
  try {
    return { text: readFileSync(path, 'latin1') };
  } catch (error) {
    return { errno: errorCode(error) ?? 'EUNKNOWN' };
  }
}

/** The text, trimmed, or undefined when it cannot be read. */
export function textOf(path: string): string | undefined {
  const file = readSmallFile(path);
  return 'text' in file ? file.text.trim() : undefined;
}
