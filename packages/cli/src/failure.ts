/** What the process ends with: the contract of every command. */
export const EXIT = { ok: 0, failure: 1, usage: 2 } as const;

/** The command could not do what it was asked. Its message is one line and says what to do. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** The command was asked wrongly: a flag or an argument. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `ENOENT` and the like of an error of the system, else undefined. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
