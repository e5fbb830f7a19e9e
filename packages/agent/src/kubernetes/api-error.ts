/** Why labels could not be had; each is one series of `fgm_kubernetes_errors_total`. */
export const API_ERROR_REASONS = [
  'unconfigured',
  'credentials',
  'connect',
  'tls',
  'timeout',
  'cut',
  'unauthorized',
  'forbidden',
  'throttled',
  'gone',
  'server',
  'status',
  'malformed',
  'too_large',
  'other',
] as const;
export type ApiErrorReason = (typeof API_ERROR_REASONS)[number];

const OF_STATUS: ReadonlyMap<number, ApiErrorReason> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [410, 'gone'],
  [429, 'throttled'],
]);

/** A request to the API server that did not give what was asked for. */
export class ApiError extends Error {
  readonly reason: ApiErrorReason;
  /** The server's wish, in milliseconds; null when it has none. */
  readonly retryAfterMs: number | null;
  /** HTTP status, or the code of a Status object in a stream; null where there is none. */
  readonly status: number | null;

  constructor(
    reason: ApiErrorReason,
    message: string,
    more: { readonly cause?: unknown; readonly retryAfterMs?: number | null; readonly status?: number | null } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'ApiError';
    this.reason = reason;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.status = more.status ?? null;
  }

  /** The error of a status that is not 200, in an answer's head or in a Status object. */
  static ofStatus(status: number, said: string, retryAfterMs: number | null = null): ApiError {
    const reason = OF_STATUS.get(status) ?? (status >= 500 ? 'server' : 'status');
    return new ApiError(reason, `the API server answered ${status}: ${said}`, { retryAfterMs, status });
  }

  /** What a request of node:https ended with. */
  static from(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    const { code, message } = error as NodeJS.ErrnoException;
    return new ApiError(reasonOf(code, message), message ?? String(error), { cause: error });
  }
}

const CUT = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'HPE_INVALID_EOF_STATE']);
const CONNECT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** Names that OpenSSL gives to certificates that it does not believe. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|_TLS_|_SSL_|EPROTO|CRL|ISSUER/;

function reasonOf(code: string | undefined, message: string | undefined): ApiErrorReason {
  if (code === 'ETIMEDOUT') return 'timeout';
  if (code !== undefined && CUT.has(code)) return 'cut';
  if (code !== undefined && CONNECT.has(code)) return 'connect';
  if (code !== undefined && CERTIFICATE.test(code)) return 'tls';
  if (code?.startsWith('HPE_') === true) return 'malformed';
  return message === 'aborted' ? 'cut' : 'other';
}
