import { isIP } from 'node:net';

/** Whether an address that is listened on is of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === '::1' || host === 'localhost' || host.startsWith('127.');
}

/**
 * Whether a request asks for this machine by a name that only this machine has. A page in a browser may ask any server, also by a
 * name of its own that leads here (DNS rebinding), and may then read the answer; an address cannot be made to lead elsewhere.
 * @param host the request's `Host`
 */
export function isOwnName(host: string | undefined): boolean {
  const url = `http://${host ?? ''}`;
  if (host === undefined || !URL.canParse(url)) return false;
  const name = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0;
}
