import type { BurstTriggers } from '@fgm/sampler';

/** Everything `fgm monitor` and `fgm up` can be told, after flags, environment and file have been put together. */
export interface RecorderConfig {
  readonly outputDir: string;
  /** 50 to 60,000. */
  readonly intervalMs: number;
  readonly rotationMs: number;
  /** ZSTD level, 1 to 22. */
  readonly compressionLevel: number;
  /** Page walks: smaps_rollup, full smaps (adds the table `mappings`), or none. */
  readonly memory: 'rollup' | 'full' | 'off';
  /** Whether memory.numa_stat is recorded: each key of memory.stat for each memory node. */
  readonly numa: 'on' | 'off';
  /** Whether the most memory in use between two rows is recorded, through descriptors that are reset at each row. */
  readonly intervalPeaks: 'on' | 'off';
  /** Microseconds of page walking a second that one process may be burdened with. */
  readonly walkBudgetUsec: number;
  /** Time between two sub-ticks, by which containers are watched between ticks; null: they are not. */
  readonly burstMs: number | null;
  /** How long before a trigger is written. */
  readonly burstWindowMs: number;
  /** How long after the last trigger is written. */
  readonly burstAfterMs: number;
  readonly burstTriggers: BurstTriggers;
  /** What the rows that are kept may take in memory. */
  readonly burstMemoryBytes: number;
  /** `auto` records containers, and services and the host too as long as no container is found. */
  readonly scope: 'auto' | 'containers' | 'all';
  /** Names the directory below dt=…: pod name, else node name, else host name. */
  readonly identifier: string;
  readonly nodeName: string;
  readonly clusterName: string | null;
  readonly retentionBytes: number;
  readonly retentionAgeMs: number;
  readonly onLimit: 'evict' | 'stop';
  readonly spoolSyncMs: number;
  /** Whether small files are merged into larger ones, in a process of low priority. */
  readonly consolidate: 'on' | 'off';
  readonly procRoot: string;
  readonly cgroupRoot: string;
  readonly hostRoot: string;
  /** `on` adds labels and annotations of pods, asked of the API server. */
  readonly kubernetesApi: 'on' | 'off';
  /** Host and port of the API server; null where none is known. */
  readonly kubernetesServer: { readonly host: string; readonly port: number } | null;
  /** Directory with the token and the certificate authority of a service account. */
  readonly kubernetesServiceAccount: string;
  /** Where /metrics, /healthz and /readyz are served; an empty host is every address; null switches them off. */
  readonly listen: { readonly host: string; readonly port: number } | null;
  readonly samplerThreads: number | 'auto';
  /** Stops by itself after this time; null runs until a signal. */
  readonly durationMs: number | null;
  /** `off` leaves the column cmdline null. */
  readonly cmdline: 'on' | 'off';
  /** Sources of regular expressions (no flags); every match in a command line is replaced by `[redacted]`. */
  readonly redact: readonly string[];
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
}
