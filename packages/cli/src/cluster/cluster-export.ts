import { createWriteStream, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { dashboardOf } from '@fgm/scenarios';
import { nameOf, type ClusterRun, type KubeClient, type Query } from '@fgm/scenarios/cluster';
import { CommandFailure, errorCode, UsageError } from '../failure.ts';
import { viewOf } from '../scenario/export-run.ts';
import { formatBytes, plural } from '../text/quantity.ts';

/** What the chart calls its pods, unless it was told otherwise. */
const VIEWERS = 'app.kubernetes.io/name=fine-grained-monitor';
const CONTAINER = 'viewer';
const PORT = 'http';
/** Tables that tell of containers. */
const TABLES = ['containers', 'processes', 'mappings', 'devices', 'bursts', 'events'];
/** Servers take addresses of 8 KiB. */
const LONGEST_LIST = 6000;
const MOST_ROWS = '10000000';

interface ViewerPod {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly {
      readonly name: string;
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
    }[];
  };
  readonly status?: { readonly phase?: string };
}

/** A viewer, as the API server reaches it. */
interface Viewer {
  readonly node: string;
  /** What its own paths come behind. */
  readonly proxy: string;
}

export interface ClusterExport {
  readonly run: ClusterRun;
  /** Until when; null: now. */
  readonly ended: string | null;
  readonly format: 'parquet' | 'html';
  readonly output: string;
  readonly force: boolean;
  /** Where the viewers are; null: in any namespace. */
  readonly monitorNamespace: string | null;
}

/** Until when a run is to be exported: its end, or the end of its time, or now. */
function endOf({ began, duration_ms: duration }: ClusterRun, ended: string | null): string {
  const planned = duration === null ? Number.POSITIVE_INFINITY : Date.parse(began) + duration;
  return new Date(Math.min(planned, ended === null ? Date.now() : Date.parse(ended))).toISOString();
}

/** One viewer for each node. @throws CommandFailure where there is none */
async function viewersOf(client: KubeClient, namespace: string | null): Promise<Viewer[]> {
  const path = namespace === null ? '/api/v1/pods' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const { items } = await client.get<{ items: readonly ViewerPod[] }>(path, { labelSelector: VIEWERS });
  const viewers = items.flatMap(({ metadata, spec, status }) => {
    const container = spec.containers.find(({ name }) => name === CONTAINER);
    const port = container?.ports?.find(({ name }) => name === PORT)?.containerPort;
    if (port === undefined || status?.phase !== 'Running') return [];
    const proxy = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}:${port}/proxy`;
    return [{ node: spec.nodeName ?? metadata.name, proxy }];
  });
  if (viewers.length > 0) return viewers;
  const where = namespace === null ? 'the cluster' : `namespace ${namespace}`;
  throw new CommandFailure(
    `there is no running viewer in ${where}: wanted pods with ${VIEWERS} and a container ${CONTAINER} with a port ${PORT}; --monitor-namespace says where`,
  );
}

/** Ids of the containers of the run that a viewer knows. */
async function containersOf(client: KubeClient, { proxy }: Viewer, run: ClusterRun): Promise<string[]> {
  const query = { namespace: run.namespace, search: `${nameOf(run.run)}-`, limit: '1000' };
  const { containers } = await client.get<{ containers: readonly { id: string; pod: string | null }[] }>(
    `${proxy}/api/v1/containers`,
    query,
  );
  return containers.filter(({ pod }) => pod?.startsWith(`${nameOf(run.run)}-`)).map(({ id }) => id);
}

/** Where they are too many for an address, all of the namespace. */
function filterOf(ids: readonly string[], { namespace }: ClusterRun): Query {
  const containers = ids.join(',');
  return containers.length <= LONGEST_LIST ? { containers } : { namespace };
}

/** Takes a file from a viewer; null where it has no rows for it. */
async function take(client: KubeClient, { proxy }: Viewer, query: Query, path: string): Promise<number | null> {
  const aside = `${path}.part`;
  try {
    const answer = await client.open(`${proxy}/api/v1/export`, query);
    const file = createWriteStream(aside);
    await pipeline(answer, file);
    renameSync(aside, path);
    return file.bytesWritten;
  } catch (error) {
    rmSync(aside, { force: true });
    const said = error as { name?: string; status?: number | null; message: string };
    if (said.name === 'ClusterError' && said.status !== null && /no rows|nothing is recorded/.test(said.message))
      return null;
    throw error;
  }
}

/**
 * Collects what all nodes have recorded of the pods of a run, through the API server: in a directory for each node a Parquet file
 * for each table, or a page with charts.
 *
 * @returns lines that say what there is
 */
export async function exportFromCluster(client: KubeClient, asked: ClusterExport): Promise<string[]> {
  const { run, ended, format, output, force, monitorNamespace } = asked;
  const viewers = await viewersOf(client, monitorNamespace);
  try {
    if (force) mkdirSync(output, { recursive: true });
    else mkdirSync(output);
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST')
      throw new UsageError(`--output: ${output} is there already; --force replaces what is in it`, { cause });
    throw new CommandFailure(`--output: ${output} cannot be made (${errorCode(cause)})`, { cause });
  }
  const dashboard = dashboardOf(run.scenarios, {
    name: `Run ${run.run}`,
    namespace: run.namespace,
    pattern: `${nameOf(run.run)}-*`,
  });
  const range = { from: run.began, to: endOf(run, ended) };
  const lines: string[] = [];
  for (const viewer of viewers) {
    const ids = await containersOf(client, viewer, run);
    if (ids.length === 0) continue;
    const query = { format, ...filterOf(ids, run), ...range, max_rows: MOST_ROWS };
    const files =
      format === 'html'
        ? [
            {
              name: `${viewer.node}.html`,
              query: {
                ...query,
                tables: 'containers,processes,events',
                view: viewOf(run.scenarios, range.from, range.to),
              },
            },
          ]
        : TABLES.map((table) => ({ name: join(viewer.node, `${table}.parquet`), query: { ...query, tables: table } }));
    if (format === 'parquet') mkdirSync(join(output, viewer.node), { recursive: true });
    for (const { name, query: wanted } of files) {
      const bytes = await take(client, viewer, wanted, join(output, name));
      if (bytes !== null) lines.push(`${join(output, name)}: ${formatBytes(bytes)}`);
    }
  }
  if (lines.length === 0)
    throw new CommandFailure(
      `no node has recorded anything of the run ${run.run}: ${plural(viewers.length, 'viewer')} asked`,
    );
  writeFileSync(join(output, 'dashboard.json'), `${JSON.stringify(dashboard, null, 2)}\n`);
  writeFileSync(join(output, 'run.json'), `${JSON.stringify({ ...run, ended: range.to }, null, 2)}\n`);
  return [...lines, `${range.from} to ${range.to}, ${plural(viewers.length, 'node')} asked`];
}
