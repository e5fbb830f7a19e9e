import type { KubeClient } from '@fgm/scenarios/cluster';
import { CommandFailure, UsageError } from '../failure.ts';

export interface ClusterFlags {
  readonly local?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

/** Whether somebody has said which cluster. */
function named({ kubeconfig, context, namespace }: ClusterFlags): string | undefined {
  return Object.entries({ kubeconfig, context, namespace }).find(([, value]) => value !== undefined)?.[0];
}

/**
 * The cluster that is meant; null for this machine, where there is no kubeconfig or `--local` was given.
 *
 * @throws CommandFailure for a kubeconfig that cannot be used
 */
export async function connect(
  flags: ClusterFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<KubeClient | null> {
  const flag = named(flags);
  if (flags.local && flag !== undefined) throw new UsageError(`--local and --${flag}; wanted one of them`);
  if (flags.local) return null;
  const { kubeconfigFiles, KubeClient: Client, readKubeconfig } = await import('@fgm/scenarios/cluster');
  return foreseen(async () => {
    const files = kubeconfigFiles(flags, env);
    if (files.length > 0) return new Client(readKubeconfig(files, flags));
    if (flag !== undefined) throw new UsageError(`--${flag}: there is no kubeconfig; --kubeconfig names one`);
    return null;
  });
}

/** What a cluster says no to is told in one line. */
export async function foreseen<Result>(what: () => Promise<Result>): Promise<Result> {
  try {
    return await what();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ClusterError') throw error;
    throw new CommandFailure(error.message, { cause: error });
  }
}
