/** Our own metrics that an expression, or a text, names. */
export function metricsIn(text: string): readonly string[] {
  return [...new Set(text.match(/\b(?:fgm|process|nodejs)_[a-z0-9_]+/g) ?? [])];
}
