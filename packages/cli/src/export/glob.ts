/**
 * Whether a text is like a pattern, in which `*` stands for any characters. In time proportional to pattern times text, whatever
 * the pattern: as a regular expression, `*a*a*a*a*b` would take for ever.
 */
export function isLike(text: string, pattern: string): boolean {
  const [first, ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first!)) return false;
  let at = first!.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
