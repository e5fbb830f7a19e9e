/** What stands in for the server in a file that was exported: the viewer's own routes, over the rows in that file. */
export interface Offline {
  /** What is shown first, as an address has it. */
  readonly view: string;
  /** When the file was made, in milliseconds since the Unix epoch. */
  readonly exported: number;
  /** What a reader must know: where it was cut, and why. */
  readonly notes: readonly string[];
  /** Tables that are in the file. */
  readonly tables: readonly string[];
  /** A table as a Parquet file. */
  bytesOf(table: string): ArrayBuffer;
  /** @param question a path below `api/v1/`, with its query */
  ask(question: string, signal?: AbortSignal): Promise<{ readonly status: number; readonly text: string }>;
}

/** Null when a server is asked. The file's own script has set it before this one runs. */
export const offline = (globalThis as { fgmOffline?: Offline }).fgmOffline ?? null;
