/** The recorder's child process that consolidates: a shell around consolidate(). Starts with a ConsolidationTask as JSON. */
import { consolidate } from './consolidate.ts';
import { lowerOwnPriority } from './low-priority.ts';
import type { ConsolidationTask, FromConsolidation } from './report.ts';

const task = JSON.parse(process.argv[2]!) as ConsolidationTask;
const abort = new AbortController();
// The recorder wants it to end, or is gone itself.
process.once('SIGTERM', () => abort.abort());
process.once('disconnect', () => abort.abort());

function send(message: FromConsolidation): void {
  if (process.connected) process.send?.(message);
}

send({ type: 'started', problems: lowerOwnPriority() });
try {
  const totals = await consolidate({ ...task, now: Date.now, report: send, signal: abort.signal });
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  send({ type: 'ended', totals, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, maxRssBytes: maxRSS * 1024 });
} catch (cause) {
  if (!abort.signal.aborted) send({ type: 'died', problem: cause instanceof Error ? cause.message : String(cause) });
  process.exitCode = 1;
}
if (process.connected) process.disconnect?.();
