import { buildApp } from './http/app.ts';
import { LIMITS, type Limits } from './http/context.ts';
import { recordingsIn } from './recordings/directory-recording.ts';

export interface OpenOptions {
  /** Data directories; they need not be there yet. */
  readonly directories: readonly string[];
  readonly version: string;
  readonly limits?: Limits;
}

/** What a path of the API answers: a body of its schema, or with a status of 4xx or 5xx `{ error: { code, message } }`. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A viewer without an address, for who asks from within this process. */
export interface OpenViewer {
  /** @param path below `/api/v1/`, with its query: `containers?limit=5` */
  ask(path: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Opens a viewer that does not listen: the same routes, checks and limits as over HTTP. */
export async function openViewer({ directories, version, limits = LIMITS }: OpenOptions): Promise<OpenViewer> {
  const recordings = recordingsIn(directories);
  const app = await buildApp({ recordings, limits, version, token: null, dashboards: null });
  return {
    ask: async (path) => {
      // Nobody looks at this one meanwhile, so that an answer may take what it takes.
      await recordings.indexed();
      const { statusCode: status, body } = await app.inject(`/api/v1/${path}`);
      return { status, body: JSON.parse(body) as unknown };
    },
    close: async () => {
      await app.close();
      recordings.close();
    },
  };
}
