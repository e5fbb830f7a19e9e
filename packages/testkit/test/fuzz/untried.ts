/** Finds parsers by reading sources, and those that no test with a property names. */

/** What takes the text of a file, as it stands in its declaration. */
const TAKES_TEXT = /(?:\bbytes|\btext): (?:Uint8Array|string)/;
/** Functions, and classes with their methods. */
const FUNCTION = /^export function (\w+)(?:<[^(]*>)?\(([^]*?)\n?\): ([^\n]*?) \{/gm;
const CLASS = /^export class (\w+)[^]*?^\}/gm;
/** Functions that take what somebody else has written, by the word that they begin with. */
const VERB = /^(?:parse|decode|unescape|apply|scrub|identify)(?:[A-Z]|$)/;
const TRIES = /from '[^']*\/(?:property|parser-suite)(?:\.ts)?'/;

/** Functions that make a Parser, functions of a text, and classes with a method that takes one. */
export function kernelParsers(source: string): string[] {
  const functions = [...source.matchAll(FUNCTION)].filter(
    ([, , parameters, result]) => /^\w*Parser$/.test(result!) || TAKES_TEXT.test(parameters!),
  );
  const classes = [...source.matchAll(CLASS)].filter(([text]) => TAKES_TEXT.test(text));
  return [...functions, ...classes].map(([, name]) => name!);
}

/** Functions that are parsers by their name. */
export function namedParsers(source: string): string[] {
  return [...source.matchAll(FUNCTION)].map(([, name]) => name!).filter((name) => VERB.test(name));
}

/** Those of the names that stand in no test with a property. */
export function untried(names: readonly string[], tests: readonly string[]): string[] {
  const trying = tests.filter((text) => TRIES.test(text));
  return names.filter((name) => !trying.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
}
