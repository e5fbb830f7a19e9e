import type { OpenViewer, StudyName } from '@fgm/viewer';
import type {
  Chart,
  Containers,
  Events,
  Instance,
  Metrics,
  Processes,
  Studied,
  Correlated,
  Timeseries,
} from './answers.ts';

/** The API said no; its message says what was wrong and what to do. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
}

/** Parameters of a path; those that are undefined are left out, lists are joined by commas. */
export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

interface Paths {
  readonly instance: Instance;
  readonly metrics: Metrics;
  readonly containers: Containers;
  readonly timeseries: Timeseries;
  readonly events: Events;
  readonly processes: Processes;
  readonly 'studies/correlation': Correlated;
}

/** What each path answers. */
type Bodies = Paths & Readonly<Record<`studies/${StudyName}`, Studied>>;

/** The viewer's API, asked in this process. */
export class Api {
  readonly #viewer: OpenViewer;

  constructor(viewer: OpenViewer) {
    this.#viewer = viewer;
  }

  /** @throws ApiFailure with the API's message */
  async ask<P extends keyof Bodies>(path: P, parameters: Parameters = {}): Promise<Bodies[P]> {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    const { status, body } = await this.#viewer.ask(`${path}?${query.toString()}`);
    if (status === 200) return body as Bodies[P];
    const { error } = body as { readonly error?: { readonly code: string; readonly message: string } };
    throw new ApiFailure(
      error === undefined ? `the API answered with status ${status}` : `${error.code}: ${error.message}`,
    );
  }

  /** @throws ApiFailure for what is no node of these recordings */
  async mustKnowNode(node: string): Promise<void> {
    const { nodes } = await this.ask('instance');
    if (nodes.some((one) => one.node === node)) return;
    const known = nodes.map((one) => one.node).join(', ') || 'none yet';
    throw new ApiFailure(`unknown_node: there is no node ${node.slice(0, 80)}; there are: ${known}`);
  }

  /**
   * Why there may be nothing in an answer: what there are data of.
   * @throws ApiFailure where there are none at all, which is no answer
   */
  async whyNothing(): Promise<string> {
    const { earliest, latest } = await this.ask('instance');
    if (earliest === null || latest === null)
      throw new ApiFailure('no_data: nothing is recorded in these directories yet');
    return `nothing in this range; there are data from ${isoTime(earliest)} to ${isoTime(latest)}`;
  }
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Seven digits are more than a model needs; integers stay as they are. */
export function shortNumber(value: number | null): number | null {
  return value === null || Number.isInteger(value) ? value : Number(value.toPrecision(7));
}

/** Lines of a chart that has values at all. */
export function linesWithValues({ lines }: Chart): Chart['lines'] {
  return lines.filter(({ values }) => values.some((value) => value !== null));
}
