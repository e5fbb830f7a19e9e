/** Made when it is first needed: that takes 12 ms, and most commands print plain ASCII. */
let segmenter: Intl.Segmenter | null = null;

/** Characters that terminals draw two cells wide: East Asian wide and fullwidth forms, and emoji. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}/u;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]/u;
const PLAIN = /^[\x20-\x7e]*$/;

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0;
  return WIDE.test(grapheme) || grapheme.includes('\ufe0f') ? 2 : 1;
}

/** Terminal cells that a text without control characters takes. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/**
 * The text with its control characters written out. Names and command lines come from the containers: what they hold must
 * not move the cursor of whoever looks at them.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (char) => {
    return ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** As many whole characters from the start of `list` as fit in `cells`. */
function fitting(list: readonly string[], cells: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const grapheme of list) {
    used += graphemeWidth(grapheme);
    if (used > cells) break;
    taken.push(grapheme);
  }
  return taken;
}

/** Cuts to at most `cells`, leaving out the middle: both ends of a pod's name tell it from others. */
export function cutMiddle(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  if (cells <= 1) return '…'.slice(0, Math.max(0, cells));
  const list = graphemes(text);
  const head = fitting(list, Math.ceil((cells - 1) / 2));
  const tail = fitting(list.toReversed(), Math.floor((cells - 1) / 2)).toReversed();
  return `${head.join('')}…${tail.join('')}`;
}

/** Cuts to at most `cells`, leaving out the end. */
export function cutEnd(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  if (cells <= 0) return '';
  return `${fitting(graphemes(text), cells - 1).join('')}…`;
}

/** Fills up to `cells` with spaces. */
export function pad(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, cells - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}
