import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError } from './api-error.ts';

/** What a pod shows to the API server, and what it knows it by. */
export interface Credentials {
  readonly token: string;
  /** Certificates in PEM that the server's must come from. */
  readonly ca: string;
}

/** What may stand in a header. A token of Kubernetes is three parts in base64url. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Reads `token` and `ca.crt` of a service account's directory. The kubelet replaces both while the pod runs (the token every
 * hour), so read them for each request: two small files.
 *
 * @throws ApiError `credentials`
 */
export function readCredentials(directory: string): Credentials {
  const token = read(join(directory, 'token')).trim();
  if (!TOKEN.test(token)) {
    throw new ApiError('credentials', `${join(directory, 'token')} does not hold a token: wanted one line of ASCII`);
  }
  return { token, ca: read(join(directory, 'ca.crt')) };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ApiError('credentials', `${path} cannot be read (${code}): does the pod mount its service account?`, {
      cause,
    });
  }
}
