/** What the viewer's API answers, as far as tools look at it. Times are milliseconds since the Unix epoch. */

export interface Instance {
  readonly state: 'waiting' | 'ready';
  readonly recording: boolean;
  readonly earliest: number | null;
  readonly latest: number | null;
  readonly nodes: readonly {
    readonly node: string;
    readonly cluster: string | null;
    readonly identifier: string;
    readonly interval_ms: number;
    readonly recorder_version: string | null;
    readonly kernel_release: string | null;
  }[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

export interface Metric {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly shown_unit: string | null;
  readonly limit: string | null;
  readonly help: string;
}

export interface Metrics {
  readonly metrics: readonly Metric[];
}

export interface Container {
  readonly id: string;
  readonly node: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  readonly qos: string | null;
  readonly runtime: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly value?: number | null;
}

export interface Containers {
  readonly containers: readonly Container[];
  readonly total: number;
}

type Values = readonly (number | null)[];

export interface Line {
  readonly node: string | null;
  readonly container: string | null;
  readonly keys: Readonly<Record<string, string | null>>;
  readonly values: Values;
  readonly lowest?: Values;
  readonly highest?: Values;
}

export interface Chart {
  readonly metric: string;
  readonly kind: string;
  readonly unit: string | null;
  readonly lines: readonly Line[];
  readonly total: number;
}

export interface Timeseries {
  readonly from: number;
  readonly step: number;
  readonly buckets: number;
  readonly charts: readonly Chart[];
}

export interface Event {
  readonly time: number;
  readonly type: string;
  readonly severity: string;
  readonly node: string | null;
  readonly container: string | null;
  readonly pid: number | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Events {
  readonly events: readonly Event[];
  readonly total: number;
}

export interface Processes {
  readonly at: number;
  readonly processes: readonly (Readonly<Record<string, string | number | null>> & { readonly time: number })[];
  readonly total: number;
}

export interface Finding {
  readonly text: string;
  readonly confidence: number;
  readonly from: number;
  readonly to: number;
  readonly line: readonly number[] | null;
  readonly facts: Readonly<Record<string, number | null>>;
}

export interface Studied {
  readonly metric: string;
  readonly unit: string | null;
  readonly step: number;
  readonly lines: readonly {
    readonly node: string | null;
    readonly container: string;
    readonly keys: Readonly<Record<string, string | null>>;
    readonly values: number;
    readonly findings: readonly Finding[];
  }[];
}

export interface Correlated {
  readonly metric: string;
  readonly step: number;
  readonly candidates: number;
  readonly correlations: readonly {
    readonly metric: string;
    readonly correlation: number;
    readonly lag_ms: number;
    readonly confidence: number;
  }[];
}
