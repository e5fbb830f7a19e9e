import { isoInstant } from '../text/instant.ts';

/** A text as SQL writes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as SQL writes it, whatever it is made of. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A list of texts. */
export function literals(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

/** An instant as SQL writes it. @param usec microseconds since the Unix epoch */
export function instant(usec: number): string {
  return `TIMESTAMPTZ '${isoInstant(usec)}'`;
}
