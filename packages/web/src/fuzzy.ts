/**
 * How well letters fit a text, in their order but not next to each other: null when they do not. Letters at the start of words
 * and in a row count more.
 */
export function fit(letters: string, text: string): number | null {
  const wanted = letters.toLowerCase();
  const inText = text.toLowerCase();
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    if (letter === ' ') continue;
    const next = inText.indexOf(letter, at + 1);
    if (next < 0) return null;
    if (next === at + 1) score += 3;
    else if (next === 0 || '._/ -'.includes(inText[next - 1]!)) score += 2;
    else score -= Math.min(2, (next - at) / 10);
    at = next;
  }
  return score + (inText.includes(wanted) ? 10 : 0) - inText.length / 100;
}

/** Those that fit, the best first. */
export function bestOf<T>(letters: string, all: readonly T[], textOf: (one: T) => string, most: number): T[] {
  if (letters.trim() === '') return all.slice(0, most);
  return all
    .map((one) => ({ one, score: fit(letters, textOf(one)) }))
    .filter((scored): scored is { one: T; score: number } => scored.score !== null)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ one }) => one);
}
