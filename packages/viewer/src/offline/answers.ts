/** What answers the page in a file that was exported: the viewer's own routes, over the rows in that file. Bundled for browsers. */
import { LIMITS } from '../http/context.ts';
import { Counts } from '../http/counts.ts';
import { Slots } from '../http/slots.ts';
import { Recordings } from '../recordings/recordings.ts';
import { containerRoutes } from '../routes/containers.ts';
import { eventRoutes } from '../routes/events.ts';
import { instanceRoutes } from '../routes/instance.ts';
import { metricRoutes } from '../routes/metrics.ts';
import { processRoutes } from '../routes/processes.ts';
import { studyRoutes } from '../routes/studies.ts';
import { timeseriesRoutes } from '../routes/timeseries.ts';
import { EmbeddedRecording, EmbeddedTables } from './embedded-recording.ts';
import type { Manifest } from './manifest.ts';
import { RouteHost } from './route-host.ts';

/** Questions about the rows that stand in a page. @param bytesOf the Parquet file of a table */
export function answersOf(manifest: Manifest, bytesOf: (table: string) => ArrayBuffer): RouteHost {
  const tables = new EmbeddedTables(manifest, bytesOf);
  const recordings = new Recordings(manifest.nodes.map((origin) => new EmbeddedRecording(tables, origin)));
  const { version } = manifest;
  const counts = new Counts();
  const slots = new Slots(counts);
  const context = {
    recordings,
    limits: LIMITS,
    version,
    slots,
    counts,
    dashboards: null,
    transport: null,
    exporter: null,
  };
  return new RouteHost(
    [instanceRoutes, metricRoutes, containerRoutes, timeseriesRoutes, processRoutes, studyRoutes, eventRoutes].map(
      (routes) => routes(context),
    ),
  );
}
