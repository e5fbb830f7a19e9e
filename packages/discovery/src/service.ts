/** systemd's per-user manager: a service that runs services, each of which is worth a record of its own. */
const USER_MANAGER = /^user@\d+\.service$/;

function isUnit(name: string): boolean {
  return (name.endsWith('.service') && name.length > 8) || (name.endsWith('.scope') && name.length > 6);
}

/**
 * The unit name when this path is a systemd service or scope of the machine, else null. Units below another unit are part
 * of it, as is the init.scope of a user manager; only PID 1's init.scope, at the top, stands for itself.
 *
 * @param segments the names on the path, of which none is a container's
 */
export function parseService(segments: readonly string[]): string | null {
  const name = segments.at(-1) ?? '';
  if (!isUnit(name) || (name === 'init.scope' && segments.length > 1)) return null;
  const outer = segments.slice(0, -1).filter(isUnit);
  return outer.every((unit) => USER_MANAGER.test(unit)) ? name : null;
}
