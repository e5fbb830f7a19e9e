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
  /** Microseconds of page walking a second that one process may be burdened with. */
  readonly walkBudgetUsec: number;
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
  readonly procRoot: string;
  readonly cgroupRoot: string;
  readonly hostRoot: string;
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
