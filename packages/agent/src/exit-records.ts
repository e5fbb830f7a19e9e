import { constants } from '@fgm/kernfs/files';
import { open } from '@fgm/kernfs/files/promises';
import path from 'node:path';

/** How a container ended, as its runtime has written it down. */
export interface ExitRecord {
  readonly exit_code: number;
  /** Only where the runtime says it. */
  readonly oom_killed?: boolean;
}

/** The largest file that is looked into. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Clocks and file systems round: what is older than this is of an earlier life of the container. */
const SLACK_MS = 2_000;

interface Found {
  readonly text: string;
  readonly writtenMs: number;
}

/**
 * What a container's runtime has on disk about its end. Null while it has nothing yet, and for runtimes that keep nothing.
 *
 * - Docker: State in config.v2.json of the container, in /var/lib/docker/containers/ID unless it is known to be elsewhere
 * - Podman, CRI-O: the exit code alone, in /run/libpod/exits/ID and /run/crio/exits/ID, by conmon
 *
 * @param recordFile where discovery has found the container's file, as the node names it
 * @param endedMs when it ended, milliseconds since the epoch: what is written about an earlier life is not believed
 */
export async function readExitRecord(
  hostRoot: string,
  runtime: string | null,
  id: string,
  endedMs: number,
  recordFile: string = path.join('/var/lib/docker/containers', id, 'config.v2.json'),
): Promise<ExitRecord | null> {
  if (runtime === 'docker') {
    const found = await read(path.join(hostRoot, recordFile));
    return found === null ? null : ofDocker(found.text, endedMs);
  }
  const directory = runtime === 'podman' ? 'run/libpod/exits' : runtime === 'cri-o' ? 'run/crio/exits' : null;
  if (directory === null) return null;
  const found = await read(path.join(hostRoot, directory, id));
  return found === null || found.writtenMs < endedMs - SLACK_MS ? null : ofConmon(found.text);
}

/** Whether this runtime keeps such records, or may: null is one that is not known yet. */
export function keepsExitRecords(runtime: string | null): boolean {
  return runtime === null || runtime === 'docker' || runtime === 'podman' || runtime === 'cri-o';
}

function ofDocker(text: string, endedMs: number): ExitRecord | null {
  let state: unknown;
  try {
    state = (JSON.parse(text) as { State?: unknown } | null)?.State;
  } catch {
    return null; // Docker is writing it at this moment: it is asked again
  }
  const { Running, ExitCode, FinishedAt, OOMKilled } = (state ?? {}) as Record<string, unknown>;
  const finishedMs = typeof FinishedAt === 'string' ? Date.parse(FinishedAt) : Number.NaN;
  if (Running !== false || !isCode(ExitCode) || !(finishedMs >= endedMs - SLACK_MS)) return null;
  return { exit_code: ExitCode, ...(typeof OOMKilled === 'boolean' ? { oom_killed: OOMKilled } : {}) };
}

function ofConmon(text: string): ExitRecord | null {
  return /^\d{1,3}\n?$/.test(text) && isCode(Number(text)) ? { exit_code: Number(text) } : null;
}

function isCode(code: unknown): code is number {
  return typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 255;
}

/** Null for what is not there, no ordinary file, or too long: all of these tell nothing. */
async function read(file: string): Promise<Found | null> {
  try {
    // A pipe in its place must not hold us up.
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > MOST_BYTES) return null;
      return { text: await handle.readFile('utf8'), writtenMs: stats.mtimeMs };
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
