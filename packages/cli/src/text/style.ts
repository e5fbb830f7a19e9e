/** How parts of a line stand out. Lines are measured before they are styled. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly heading: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly alarm: (text: string) => string;
}

function sgr(code: number): (text: string) => string {
  return (text) => `\x1b[${code}m${text}\x1b[0m`;
}

const same = (text: string): string => text;

export const PLAIN: Style = { strong: same, faint: same, heading: same, good: same, warning: same, alarm: same };

export const ANSI: Style = {
  strong: sgr(1),
  faint: sgr(2),
  heading: sgr(7),
  good: sgr(32),
  warning: sgr(33),
  alarm: sgr(31),
};

/** Colours on a terminal, unless https://no-color.org is followed or the terminal is dumb. */
export function styleFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  return stream.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb' ? ANSI : PLAIN;
}
