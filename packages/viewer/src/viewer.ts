import { recordingsIn } from './recordings/directory-recording.ts';
import { buildApp } from './http/app.ts';
import type { Exporter } from './http/exporter.ts';
import { LIMITS, type Limits } from './http/context.ts';
import { isLoopback } from './http/own-name.ts';
import { listenFailure } from './listen-failure.ts';
import type { SqlOptions } from './sql/sql-queries.ts';

export interface ViewerOptions {
  /** Data directories; they need not be there yet. */
  readonly directories: readonly string[];
  readonly host: string;
  readonly port: number;
  /** What requests must bring; null lets everybody in who can reach the address. */
  readonly token: string | null;
  readonly version: string;
  /** A directory with dashboards; null for none. */
  readonly dashboards?: string | null;
  readonly limits?: Limits;
  /** Makes files of rows; null for none. */
  readonly exporter?: Exporter | null;
  /** Who runs SQL; null where that is not wanted. */
  readonly sql?: SqlOptions | null;
}

export interface RunningViewer {
  /** Where it listens, such as `http://127.0.0.1:8050`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a viewer. @throws Error when the address cannot be listened on; the message says which and why */
export async function startViewer(options: ViewerOptions): Promise<RunningViewer> {
  const recordings = recordingsIn(options.directories);
  const { token, version, limits = LIMITS, dashboards = null, exporter = null, sql = null } = options;
  const ownNamesOnly = isLoopback(options.host);
  const app = await buildApp({ recordings, limits, version, token, dashboards, ownNamesOnly, exporter, sql });
  try {
    const url = await app.listen({ host: options.host, port: options.port });
    return {
      url,
      close: async () => {
        app.server.closeAllConnections();
        await app.close();
        recordings.close();
      },
    };
  } catch (cause) {
    await app.close();
    throw listenFailure(options, cause);
  }
}
