/** Longest name that a column can be made of; RDMA devices may have 63 bytes. */
const LONGEST = 63;

/**
 * The first words of all lines, in their order, each once: what this machine's kernel has lines for. A
 * text that was cut has none.
 */
export function lineNames(text: string): string[] {
  if (!text.endsWith('\n')) return [];
  const names = text.split('\n').map((line) => line.split(' ', 1)[0] ?? '');
  return [...new Set(names.filter((name) => name.length <= LONGEST && /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)))];
}
