import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { MeasuredRecorder } from '../harness/recorder.ts';

/** What the recorder holds at an instant. Memory and disk in bytes, all else in pieces. */
export const HOLDINGS = [
  'descriptors',
  'threads',
  'rss',
  'anonymous',
  'heap',
  'external',
  'wasm',
  'watches',
  'kernel files',
  'entities',
  'identities',
  'disk',
  'files',
  'index',
] as const;
export type Holding = (typeof HOLDINGS)[number];
export type Holdings = Readonly<Record<Holding, number>>;

/** The least distance at which V8 keeps everything else from a WebAssembly memory, so that it needs no bounds checks. */
const WASM_GUARD = 4 * 2 ** 30;
/** So often a directory may change while it is listed. */
const LISTINGS = 20;

/** Reads all of it: from the kernel, from the data directory, and what only the recorder knows from its /metrics. */
export async function holdingsOf(recorder: MeasuredRecorder): Promise<Holdings> {
  const metrics = await scrape(recorder);
  const status = readFileSync(`/proc/${recorder.pid}/status`, 'latin1');
  const kilobytes = (key: string): number => 1024 * Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return {
    descriptors: readdirSync(`/proc/${recorder.pid}/fd`).length,
    threads: readdirSync(`/proc/${recorder.pid}/task`).length,
    rss: kilobytes('VmRSS'),
    anonymous: kilobytes('RssAnon'),
    heap: metrics('nodejs_heap_size_used_bytes'),
    external: metrics('nodejs_external_memory_bytes'),
    wasm: wasmBytes(readFileSync(`/proc/${recorder.pid}/maps`, 'latin1')),
    watches: metrics('fgm_discovery_watches'),
    'kernel files': metrics('fgm_kernel_files_open'),
    entities: metrics('fgm_entities'),
    identities: metrics('fgm_process_identities'),
    ...onDisk(recorder.directory),
  };
}

/** One answer of /metrics: the sum of all series of a name. @throws Error when there is none: then it has another name by now */
export async function scrape(recorder: MeasuredRecorder): Promise<(name: string) => number> {
  const lines = (await (await fetch(`${recorder.url}/metrics`)).text()).split('\n');
  return (name) => {
    const series = lines.filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    if (series.length === 0) throw new Error(`/metrics has no ${name}`);
    return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  };
}

/** Size of the WebAssembly memories in /proc/PID/maps: what lies right before a reservation that is as large as their guard. */
export function wasmBytes(maps: string): number {
  let [bytes, writable, end] = [0, 0, 0];
  for (const line of maps.split('\n').filter(Boolean)) {
    const [range = '', mode = ''] = line.split(' ');
    const [from, to] = range.split('-').map((hex) => Number.parseInt(hex, 16)) as [number, number];
    if (mode.startsWith('---') && from === end && to - from >= WASM_GUARD) bytes += writable;
    writable = mode.startsWith('rw') ? to - from : 0;
    end = to;
  }
  return bytes;
}

function onDisk(directory: string): Pick<Holdings, 'disk' | 'files' | 'index'> {
  const sizes = listed(directory).flatMap((path) => {
    const status = statSync(join(directory, path), { throwIfNoEntry: false });
    return status?.isFile() ? [{ path, bytes: status.size }] : [];
  });
  return {
    disk: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    files: sizes.filter(({ path }) => path.endsWith('.parquet')).length,
    index: sizes.find(({ path }) => path === 'index.json')?.bytes ?? 0,
  };
}

/** Files and directories may go while they are listed: then it is done once more. */
function listed(directory: string): readonly string[] {
  for (let attempts = 1; ; attempts++) {
    try {
      return readdirSync(directory, { recursive: true, encoding: 'utf8' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempts >= LISTINGS) throw error;
    }
  }
}
