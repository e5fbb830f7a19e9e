import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the last recorder of a directory was told, as far as it matters to who changes its files. */
export interface Session {
  readonly startedAt: number;
  readonly retentionBytes: number;
  readonly compressionLevel: number;
  readonly onLimit: 'evict' | 'stop';
}

/** The newest session file that can be read; null when there is none. */
export function lastSession(directory: string): Session | null {
  const sessions = readdirSync(directory)
    .filter((name) => /^session-[\w-]+\.json$/.test(name))
    .flatMap((name) => readSession(join(directory, name)) ?? []);
  return sessions.reduce<Session | null>((last, one) => (last && last.startedAt > one.startedAt ? last : one), null);
}

function readSession(path: string): Session | null {
  let text: Readonly<Record<string, unknown>> | null;
  try {
    text = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>> | null;
  } catch {
    // It only gives defaults: without it there are others.
    return null;
  }
  const { started_at, retention_bytes, compression_level, on_limit } = text ?? {};
  const startedAt = Date.parse(String(started_at));
  if (typeof retention_bytes !== 'number' || typeof compression_level !== 'number' || Number.isNaN(startedAt))
    return null;
  return {
    startedAt,
    retentionBytes: retention_bytes,
    compressionLevel: compression_level,
    onLimit: on_limit === 'stop' ? 'stop' : 'evict',
  };
}
