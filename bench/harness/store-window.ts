/** One window on disk as the writer leaves it, for the benches of the store. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {
  blockColumns,
  type Layout,
  makeLayout,
  rowsThatFit,
  SCHEMA_VERSION,
  type SampledTable,
  UNNAMED,
} from '@fgm/catalog';
import { BlockEncoder } from '../../packages/store/src/block-encoder.ts';
import { OpenSegment } from '../../packages/store/src/open-segment.ts';
import type { SegmentInfo } from '../../packages/store/src/segment.ts';
import { encodeLine } from '../../packages/store/src/texts.ts';
import { blocks, type Recording } from './proc-recording.ts';
import { cpuNs } from './turns.ts';

/** A slot of the ring. */
const SLOT_BYTES = 256 * 1024;

export function layoutOf(table: SampledTable): Layout {
  const columns = blockColumns(table);
  return makeLayout(table, columns, rowsThatFit(columns.length, SLOT_BYTES));
}

export function temporaryDirectory(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'fgm-bench-'));
}

function segmentInfo(number: number): SegmentInfo {
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: 'bench',
    number,
    identifier: 'bench',
    node: 'bench-node',
    cluster: null,
    intervalMs: 1000,
    compressionLevel: 3,
    recorderVersion: '0.0.0',
    kernelRelease: '0',
    openedAt: 0,
    columns: { containers: blockColumns('containers'), processes: blockColumns('processes') },
  };
}

function hexId(number: number): string {
  const word = (part: number): string => (Math.imul(number + 1, 2654435761 + part * 40503) >>> 0).toString(16);
  return Array.from({ length: 8 }, (_, part) => word(part).padStart(8, '0')).join('');
}

function textsOf(containers: number, processes: number): string {
  const entities = Array.from({ length: containers }, (_, index) => {
    const containerId = hexId(index);
    const cgroup = `/kubepods.slice/kubepods-burstable.slice/cri-containerd-${containerId}.scope`;
    const identity = {
      ...UNNAMED,
      scope: 'container' as const,
      containerId,
      cgroup,
      runtime: 'containerd',
      qos: 'Burstable' as const,
      podUid: containerId.slice(0, 36),
      pod: `service-${index}-7c9f8b6d5-${containerId.slice(0, 5)}`,
      namespace: `team-${index % 7}`,
      container: 'app',
    };
    return encodeLine({ entity: { entity: index + 1, identity, firstSeen: 0, lastSeen: null } });
  });
  const identities = Array.from({ length: processes }, (_, index) => {
    const cmdline = `/usr/bin/java -Xmx512m -jar /app/service.jar --port=${8000 + index} --config=/etc/service.yaml`;
    return encodeLine({ process: { process: index + 1, comm: 'java', cmdline, exe: '/usr/bin/java' } });
  });
  return [...entities, ...identities].join('');
}

/** CPU nanoseconds of append() alone, and what was appended. */
export interface WrittenWindow {
  readonly directory: string;
  readonly bytes: number;
  readonly batches: number;
  readonly appendCpuNs: number;
}

/** @param number of the window, from 1 on: each is about the ticks after those of the one before */
export function writeWindow(recording: Recording, containers: number, processes: number, number = 1): WrittenWindow {
  const segment = new OpenSegment(temporaryDirectory(), segmentInfo(number), textsOf(containers, processes));
  let appendCpuNs = 0;
  let batches = 0;
  for (const [table, rows] of [['containers', containers] as const, ['processes', processes] as const]) {
    const layout = layoutOf(table);
    const encoder = new BlockEncoder(layout);
    for (const block of blocks(layout, table, recording, rows, (number - 1) * recording.ticks)) {
      const start = cpuNs();
      segment.append(layout, encoder.encode(block.bytes, block.rows), block.rows, block.tick);
      appendCpuNs += cpuNs() - start;
      batches++;
    }
  }
  segment.close();
  return { directory: segment.directory, bytes: segment.bytes, batches, appendCpuNs };
}
