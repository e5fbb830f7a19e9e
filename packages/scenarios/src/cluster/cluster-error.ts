/** What is wrong with a kubeconfig, or with what the API server says. One line. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  /** The HTTP status, where a server has answered. */
  readonly status: number | null;

  constructor(message: string, options: { readonly cause?: unknown; readonly status?: number } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.status = options.status ?? null;
  }
}
