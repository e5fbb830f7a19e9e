/** Colours that can be told apart on light and dark ground, also by most who see few colours (after Okabe and Ito, with more). */
const COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#b8860b',
  '#56b4e9',
  '#7b5bd6',
  '#8c564b',
  '#3a923a',
  '#c44e52',
];

/** The same name begins at the same colour. */
function colourOf(name: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return COLOURS[(hash >>> 0) % COLOURS.length]!;
}

/** Colours of lines that stand together: each its own as long as there are some left. */
export function coloursOf(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let colour = colourOf(name);
    for (let tries = 0; taken.has(colour) && tries < COLOURS.length; tries++) {
      colour = COLOURS[(COLOURS.indexOf(colour) + 1) % COLOURS.length]!;
    }
    taken.add(colour);
    return colour;
  });
}
