/** Hides parts of command lines before they leave the sampler. Runs when a process is first seen, not in every tick. */
export class Redaction {
  readonly #patterns: readonly RegExp[];

  /** @param patterns regular expressions, checked when the configuration was read */
  constructor(patterns: readonly string[]) {
    // oxlint-disable-next-line no-restricted-globals -- made once per configuration
    this.#patterns = patterns.map((pattern) => new RegExp(pattern, 'g'));
  }

  /** The text with `[redacted]` in place of every match; null stays null. */
  apply(text: string | null): string | null {
    if (text === null) return null;
    return this.#patterns.reduce((result, pattern) => result.replace(pattern, '[redacted]'), text);
  }
}
