import type { LiveProcess, LiveRow, LiveSnapshot } from '@fgm/agent';
import type { LiveView } from '../../src/live/render.ts';

/** A row of the live view with everything known. */
export function row(part: Partial<LiveRow> = {}): LiveRow {
  return {
    entity: 1,
    name: 'api',
    scope: 'container',
    namespace: null,
    pod: null,
    cpuMillicores: 123,
    cpuPercent: 12.3,
    memoryBytes: 256 * 2 ** 20,
    memoryPercent: 50,
    pssBytes: 200 * 2 ** 20,
    pssLowerBytes: 200 * 2 ** 20,
    throttledPercent: 0,
    processes: 3,
    ...part,
  };
}

/** A process of the live view with everything known. */
export function liveProcess(part: Partial<LiveProcess> = {}): LiveProcess {
  return {
    pid: 4711,
    entity: 1,
    comm: 'worker',
    cpuMillicores: 250,
    rssBytes: 64 * 2 ** 20,
    pssBytes: 60 * 2 ** 20,
    pssLowerBytes: 60 * 2 ** 20,
    threads: 4,
    ...part,
  };
}

export function snapshot(rows: readonly LiveRow[], processes: readonly LiveProcess[] = []): LiveSnapshot {
  const self = {
    cpuMillicores: 14,
    rssBytes: 98 * 2 ** 20,
    ticks: 120,
    ticksMissed: 1,
    rowsWritten: 1000,
    storeBytes: 12 * 2 ** 20,
    storeLimitBytes: 2 ** 30,
    latenessUsec: 400,
  };
  return { time: Date.UTC(2026, 10, 21, 5, 0, 7), tick: 1_795_237_207, intervalMs: 1000, rows, processes, self };
}

export function view(part: Partial<LiveView> = {}): LiveView {
  return {
    snapshot: snapshot([row()]),
    directory: '/data',
    url: 'http://127.0.0.1:9464',
    page: null,
    notice: null,
    stopping: false,
    ...part,
  };
}
