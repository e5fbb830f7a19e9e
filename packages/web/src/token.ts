/** The token that a viewer may want (docs/viewer.md): sent in a header, kept for this tab alone, never in an address. */
import { signal } from '@preact/signals';

const KEY = 'fgm-token';

/** Whether the viewer wants a token that it has not been given. */
export const wantsToken = signal(false);

let token = kept();

/** Browsers may refuse to keep anything for a page. */
function kept(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Asks the viewer, with the token where there is one. @param path below `api/v1/` */
export async function request(path: string, signal: AbortSignal | null = null): Promise<Response> {
  const sent = token;
  const headers = sent === null ? {} : { authorization: `Bearer ${sent}` };
  const response = await fetch(`api/v1/${path}`, { headers, signal });
  // An answer to what was asked before a token was given says nothing of it.
  if (response.status === 401 && sent === token) wantsToken.value = true;
  return response;
}

/** Tries a token. @returns whether it is the one that is wanted; with it all can be asked anew */
export async function tryToken(text: string): Promise<boolean> {
  token = text;
  const response = await request('instance');
  if (response.status === 401) return false;
  try {
    sessionStorage.setItem(KEY, text);
  } catch {
    // Then it is asked for anew when the page is loaded again.
  }
  wantsToken.value = false;
  return true;
}

/** Until the viewer wants no token, or has it. */
export async function admitted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = wantsToken.subscribe((wants) => {
    if (!wants) resolve();
  });
  await promise;
  stop();
}
