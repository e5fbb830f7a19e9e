import { run } from '@fgm/testkit';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate authority of our own, and a server's key and certificate for 127.0.0.1 that it vouches for. All in PEM. */
export interface Authority {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];

/** @param directory an empty one for its files */
export function makeAuthority(directory: string): Authority {
  const at = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): string => run('openssl', args, { cwd: directory });
  openssl('req', '-x509', ...CURVE, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=test authority');
  openssl('req', ...CURVE, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=kubernetes');
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  const sign = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.crt', ...sign);
  const text = (name: string): string => readFileSync(at(name), 'utf8');
  return { ca: text('ca.crt'), key: text('server.key'), cert: text('server.crt') };
}
