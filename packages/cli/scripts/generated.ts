/** Parts of documents that are made of the program's tables. They stand between comments: `<!-- begin NAME -->` and `<!-- end NAME -->`. */

/** Code in a cell; a bar would end it. */
export function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

export function prose(text: string): string {
  return text.replaceAll(/[|<]/g, '\\$&');
}

/** A table whose columns are as wide as its widest cells, which is how prettier wants it. */
export function table(lines: readonly (readonly string[])[]): string {
  const cells = lines[0]!.map((_, index) => Math.max(3, ...lines.map((line) => line[index]!.length)));
  const join = (line: readonly string[]): string =>
    `| ${line.map((text, index) => text.padEnd(cells[index]!)).join(' | ')} |`;
  const [head, ...rows] = lines;
  return [join(head!), join(cells.map((width) => '-'.repeat(width))), ...rows.map(join)].join('\n');
}

/**
 * A document with its generated parts made anew.
 *
 * @throws Error for a part that the document has no place for, naming its path
 */
export function withParts(document: string, path: string, parts: ReadonlyMap<string, string>): string {
  let text = document;
  for (const [name, part] of parts) {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${path}: has no place for ${name}`);
    text = `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }
  return text;
}
