import type { VirtualFiles } from '@fgm/kernfs';
import type { ScopeRule } from '@fgm/discovery';
import type { Machine } from '../machine.ts';

/** What is recorded, and how: the settings of a recorder that decide about it. */
export interface PipelineSettings {
  readonly intervalMs: number;
  readonly scope: ScopeRule;
  readonly memory: 'rollup' | 'full' | 'off';
  readonly numa: 'on' | 'off';
  readonly cmdline: 'on' | 'off';
  /** Microseconds of page walking a second that one process may be burdened with. */
  readonly walkBudgetUsec: number;
}

/** Where the files of a pipeline go. */
export interface PipelineOutput {
  /** Exists, is empty, and is nobody else's. */
  readonly directory: string;
  /** A UUID. */
  readonly runId: string;
  readonly identifier: string;
  readonly node: string;
  readonly cluster: string | null;
  readonly rotationMs: number;
  readonly compressionLevel: number;
}

export interface PipelineOptions {
  /** Those of a node: /proc, /sys/fs/cgroup, and the rest of its root. They are at the first instant. */
  readonly files: VirtualFiles;
  /** Of the node, which need not be the machine that this runs on. */
  readonly machine: Pick<Machine, 'pageSize' | 'userHz' | 'onlineCpus' | 'kernelRelease'>;
  readonly settings: PipelineSettings;
  /** Microseconds since the Unix epoch. */
  readonly firstInstant: number;
  /** Null when nothing is to be written: only the files are read. */
  readonly output: PipelineOutput | null;
}

/** What a pipeline has done. */
export interface PipelineTotals {
  readonly ticks: number;
  /** Rows by table, of tables that have any. */
  readonly rows: Readonly<Record<string, number>>;
  /** Values of metrics that are not null. */
  readonly samples: number;
  readonly files: number;
  /** Of these files. */
  readonly bytes: number;
}
