import { formatDuration } from '@fgm/agent/config';
import type { ClusterRun } from '@fgm/scenarios/cluster';
import { textTable } from '../text/text-table.ts';
import type { RunPod } from './cluster-runs.ts';

/** All runs of a namespace, a line each. */
export function clusterStatusLines(runs: readonly ClusterRun[], pods: readonly (RunPod & { run: string })[]): string[] {
  const headings = ['RUN', 'BEGAN', 'FOR', 'PODS', 'RESTARTS', 'SCENARIOS'];
  return textTable(
    headings.map((heading) => ({ heading })),
    runs.map(({ run, began, duration_ms: duration, scenarios }) => {
      const own = pods.filter((pod) => pod.run === run);
      return [
        run,
        `${began.slice(0, 19)}Z`,
        duration === null ? 'ever' : formatDuration(duration * 1000),
        String(own.length),
        String(own.reduce((sum, { restarts }) => sum + restarts, 0)),
        scenarios.join(', '),
      ];
    }),
  );
}

/** One run: its pods. */
export function clusterRunLines(run: ClusterRun, pods: readonly RunPod[]): string[] {
  const headings = ['SCENARIO', 'STATE', 'RESTARTS', 'LAST', 'NODE', 'POD'];
  const rows = pods.map(({ scenario, state, restarts, last, node, pod }) => [
    scenario,
    state,
    String(restarts),
    last ?? '-',
    node ?? '-',
    pod,
  ]);
  const lasts = run.duration_ms === null ? 'until it is stopped' : `for ${formatDuration(run.duration_ms * 1000)}`;
  return [
    `${run.run}: ${run.scenarios.join(', ')}; namespace ${run.namespace}, seed ${run.seed}, ${lasts} from ${run.began}`,
    '',
    ...(rows.length === 0
      ? ['no pods']
      : textTable(
          headings.map((heading) => ({ heading })),
          rows,
        )),
  ];
}
