/** Hands something to the browser as a file. */
export function save(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

const TITLE_HEIGHT = 28;

/** Charts as they are drawn, below each other, each with its name. Null while nothing is drawn. */
export function pictureOf(
  plots: readonly { readonly title: string | null; readonly plot: Element }[],
): HTMLCanvasElement | null {
  const drawn = plots.flatMap(({ title, plot }) => {
    const canvas = plot.querySelector('canvas');
    return canvas === null ? [] : [{ title, canvas }];
  });
  if (drawn.length === 0) return null;
  const scale = window.devicePixelRatio;
  const heightOf = (title: string | null): number => (title === null ? 0 : TITLE_HEIGHT * scale);
  const picture = document.createElement('canvas');
  picture.width = Math.max(...drawn.map(({ canvas }) => canvas.width));
  picture.height = drawn.reduce((sum, { title, canvas }) => sum + heightOf(title) + canvas.height, 0);
  const context = picture.getContext('2d')!;
  const { backgroundColor, color, fontFamily } = getComputedStyle(document.body);
  // The charts themselves are transparent.
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = color;
  context.font = `600 ${14 * scale}px ${fontFamily}`;
  let top = 0;
  for (const { title, canvas } of drawn) {
    if (title !== null) context.fillText(title, 8 * scale, top + 20 * scale);
    context.drawImage(canvas, 0, top + heightOf(title));
    top += heightOf(title) + canvas.height;
  }
  return picture;
}

export function savePicture(name: string, picture: HTMLCanvasElement | null): void {
  picture?.toBlob((blob) => {
    if (blob !== null) save(`${name}.png`, blob);
  });
}
