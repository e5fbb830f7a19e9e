import { createInterface } from 'node:readline';
import type { KubeClient } from '@fgm/scenarios/cluster';
import { CommandFailure } from '../failure.ts';
import type { RunPod } from './cluster-runs.ts';

export interface LogRequest {
  readonly follow: boolean;
  /** Null for all lines. */
  readonly tail: number | null;
}

/** Hands over the lines of pods as they come: those of one pod after those of another, or, followed, as they are written. */
export async function clusterLogs(
  client: KubeClient,
  pods: readonly RunPod[],
  { follow, tail }: LogRequest,
  take: (line: string) => void,
): Promise<void> {
  const one = async ({ pod, scenario }: RunPod): Promise<void> => {
    const { namespace } = client.context;
    const answer = await client.open(`/api/v1/namespaces/${namespace}/pods/${pod}/log`, {
      container: scenario,
      timestamps: 'true',
      ...(follow ? { follow: 'true' } : {}),
      ...(tail === null ? {} : { tailLines: String(tail) }),
    });
    for await (const line of createInterface({ input: answer })) {
      const space = line.indexOf(' ');
      take(`${line.slice(0, space)} ${scenario} ${pod}: ${line.slice(space + 1)}`);
    }
  };
  if (pods.length === 0) throw new CommandFailure('there is no pod with a log yet, or no more');
  if (follow) await Promise.all(pods.map(one));
  else for (const pod of pods) await one(pod);
}
