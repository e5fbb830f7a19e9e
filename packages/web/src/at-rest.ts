/** For what a person drags, scrolls or types, in milliseconds. */
export const REST_MS = 120;

/** Does the work once nobody has called for it for a while: what is dragged, scrolled or typed changes many times a second. @param ms milliseconds */
export function atRest(work: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };
}
