import { isIPv6 } from 'node:net';

/** Where a server listens. An empty host means every address of the machine, IPv6 where there is any. Port 0: any free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const FORM = /^(?:\[([^\]]*)\]|([^:[\]\s]*)):(\d{1,5})$/;

/**
 * An address as `127.0.0.1:9464`, `localhost:0`, `[::1]:9464` or `:9464`; `off` is null.
 *
 * @returns undefined when the text is none of these
 */
export function parseAddress(text: string): Address | null | undefined {
  if (text === 'off') return null;
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [, bracketed, plain] = match;
  const port = Number(match[3]);
  if (port > 65_535 || (bracketed !== undefined && !isIPv6(bracketed))) return undefined;
  return { host: bracketed ?? plain ?? '', port };
}

/** The address as parseAddress() reads it. */
export function formatAddress(address: Address | null): string {
  if (!address) return 'off';
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
