/** In place of node:timers/promises where there is no Node.js: lets the page draw and take clicks. */
export function setImmediate(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
