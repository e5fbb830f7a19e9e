import { ApiError } from './api-error.ts';

/** One line of the answer to a watch. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: unknown; readonly version: string }
  /** Nothing has happened up to this version. */
  | { readonly type: 'BOOKMARK'; readonly version: string }
  /** The watch ends. */
  | { readonly type: 'ERROR'; readonly code: number; readonly message: string };

const OF_PODS = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'] as const;

/** @throws ApiError `malformed` for what is no event of a watch */
export function watchEventOf(value: unknown): WatchEvent {
  const { type, object } = (value ?? {}) as { type?: unknown; object?: unknown };
  const known = OF_PODS.find((candidate) => candidate === type);
  if (known === undefined && type !== 'ERROR') throw malformed(value);
  const body = (object ?? {}) as { metadata?: { resourceVersion?: unknown }; code?: unknown; message?: unknown };
  if (known === undefined) {
    const code = typeof body.code === 'number' ? body.code : 0;
    return { type: 'ERROR', code, message: typeof body.message === 'string' ? body.message : 'without a reason' };
  }
  const version = body.metadata?.resourceVersion;
  if (typeof version !== 'string') throw malformed(value);
  return known === 'BOOKMARK' ? { type: known, version } : { type: known, object, version };
}

function malformed(value: unknown): ApiError {
  return new ApiError('malformed', `not an event of a watch: ${JSON.stringify(value).slice(0, 80)}`);
}
