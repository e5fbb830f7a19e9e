/** What the commands of `fgm scenario` do with a cluster. All throw ClusterError and CommandFailure. */
import { formatDuration } from '@fgm/agent/config';
import type { KubeClient } from '@fgm/scenarios/cluster';
import { CommandFailure, UsageError } from '../failure.ts';
import { newRunId, scenarioName, type RunFlags, type RunRequest } from '../scenario/run-request.ts';
import type { Runs } from '../scenario/run-record.ts';
import { exportFromCluster, type ClusterExport } from './cluster-export.ts';
import { clusterLogs, type LogRequest } from './cluster-logs.ts';
import { ClusterRuns } from './cluster-runs.ts';
import { clusterRunLines, clusterStatusLines } from './cluster-status.ts';
import { recall, remember } from './remembered.ts';

type Say = (line: string) => void;

/** @throws UsageError for what only this machine can be asked for */
export async function runInCluster(
  client: KubeClient,
  runs: Runs,
  request: RunRequest,
  flags: RunFlags & { readonly detach?: true; readonly image: string },
  say: Say,
): Promise<void> {
  if (flags.dataDir !== undefined || flags.plain)
    throw new UsageError(`--${flags.plain ? 'plain' : 'data-dir'} is for runs on this machine: --local`);
  const cluster = new ClusterRuns(client);
  const { run, leftOut } = await cluster.start(newRunId(), request, flags.image);
  remember(runs, { run, server: client.server, ended: null });
  if (flags.detach) return say(run.run);
  if (leftOut.length > 0) say(`left out: ${leftOut.join(', ')}: its load is no shell script`);
  const lasts = run.duration_ms === null ? 'until it is stopped' : `for ${formatDuration(run.duration_ms * 1000)}`;
  say(`run ${run.run}: ${run.scenarios.join(', ')}; in ${cluster.place} (${client.server}), ${lasts}`);
  say(`  fgm scenario status ${run.run}    logs, stop; and before long: fgm scenario export ${run.run} -o DIR`);
}

export async function statusInCluster(
  client: KubeClient,
  id: string | undefined,
  json: boolean,
  say: Say,
): Promise<void> {
  const cluster = new ClusterRuns(client);
  if (id !== undefined) {
    const run = await cluster.find(id);
    const pods = await cluster.pods(run.run);
    return say(json ? JSON.stringify({ ...run, pods }, null, 2) : clusterRunLines(run, pods).join('\n'));
  }
  const [all, pods] = await Promise.all([cluster.all(), cluster.pods(null)]);
  const known = all.map((run) => ({ ...run, pods: pods.filter((pod) => pod.run === run.run) }));
  if (json) say(JSON.stringify(known, null, 2));
  else say(all.length === 0 ? `no runs in ${cluster.place}` : clusterStatusLines(all, pods).join('\n'));
}

export async function logsInCluster(
  client: KubeClient,
  name: string | undefined,
  id: string | undefined,
  request: LogRequest,
  say: Say,
): Promise<void> {
  const cluster = new ClusterRuns(client);
  const wanted = name === undefined ? null : scenarioName(name);
  const { run, scenarios } = await cluster.find(id);
  if (wanted !== null && !scenarios.includes(wanted))
    throw new UsageError(`the run ${run} is without ${wanted}; it has ${scenarios.join(', ')}`);
  const pods = await cluster.pods(run);
  await clusterLogs(
    client,
    pods.filter(({ scenario }) => wanted === null || scenario === wanted),
    request,
    say,
  );
}

export async function stopInCluster(client: KubeClient, runs: Runs, id: string | undefined, say: Say): Promise<void> {
  const cluster = new ClusterRuns(client);
  const before = id === undefined ? null : recall(runs, id);
  if (before !== null && before.ended !== null)
    throw new CommandFailure(`the run ${before.run.run} has ended before: stopped at ${before.ended}`);
  const run = await cluster.find(id);
  await cluster.stop(run.run);
  remember(runs, { run, server: client.server, ended: new Date().toISOString() });
  say(`stopped ${run.run}; nothing of it is left in ${cluster.place} but what the nodes have recorded`);
}

export async function exportInCluster(
  client: KubeClient,
  runs: Runs,
  id: string,
  asked: Omit<ClusterExport, 'run' | 'ended'>,
  say: Say,
): Promise<void> {
  const known = recall(runs, id);
  const run = known?.run ?? (await new ClusterRuns(client).find(id));
  const lines = await exportFromCluster(client, { ...asked, run, ended: known?.ended ?? null });
  for (const line of lines) say(line);
}
