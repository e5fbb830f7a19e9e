import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isAlive, type HostKind, type ProcessIdentity, type ScenarioName } from '@fgm/scenarios';
import { CommandFailure, errorCode, messageOf } from '../failure.ts';

/** One container, or process, of a run. */
export interface RunContainer {
  readonly scenario: ScenarioName;
  readonly namespace: string;
  readonly pod: string;
  readonly running: boolean;
  /** How often it was started. */
  readonly starts: number;
}

/** What is known of a run on this machine: run.json. */
export interface RunRecord {
  readonly schema_version: 1;
  readonly run: string;
  /** Who runs it. */
  readonly process: ProcessIdentity;
  readonly kind: HostKind;
  readonly scenarios: readonly ScenarioName[];
  readonly seed: number;
  /** Null: until it is stopped. */
  readonly duration_ms: number | null;
  readonly data_directory: string;
  /** ISO times. */
  readonly began: string;
  readonly ended: string | null;
  readonly outcome: 'finished' | 'stopped' | 'failed' | 'killed' | null;
  readonly containers: readonly RunContainer[];
}

export type RunState = 'running' | NonNullable<RunRecord['outcome']>;

/** What a run is doing; one whose process has gone without a word was killed. */
export function stateOf({ outcome, process }: RunRecord): RunState {
  return outcome ?? (isAlive(process) ? 'running' : 'killed');
}

/** The files of one run beside its recording. */
export class RunHome {
  readonly id: string;
  readonly path: string;

  constructor(runs: string, id: string) {
    this.id = id;
    this.path = join(runs, id);
  }

  /** What the recorder takes for / : logs of the pods stay in it. */
  get hostRoot(): string {
    return join(this.path, 'host');
  }

  get dashboards(): string {
    return join(this.path, 'dashboards');
  }

  /** What a run in the background says. */
  get output(): string {
    return join(this.path, 'output');
  }

  /** Where the recording goes when nothing is said. */
  get data(): string {
    return join(this.path, 'data');
  }

  write(record: RunRecord): void {
    const aside = join(this.path, 'run.json.part');
    writeFileSync(aside, `${JSON.stringify(record, null, 2)}\n`);
    renameSync(aside, join(this.path, 'run.json'));
  }

  /** Null where it has not been written yet. @throws CommandFailure when it cannot be read */
  read(): RunRecord | null {
    const file = join(this.path, 'run.json');
    try {
      const record = JSON.parse(readFileSync(file, 'utf8')) as Partial<RunRecord> | null;
      if (record?.schema_version === 1 && record.run === this.id) return record as RunRecord;
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return null;
      throw new CommandFailure(`${file}: cannot be read (${errorCode(cause) ?? messageOf(cause)})`, { cause });
    }
    throw new CommandFailure(`${file}: is no record of the run ${this.id}; remove ${this.path}`);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The runs of this user on this machine, oldest first. https://specifications.freedesktop.org/basedir-spec/latest/ */
export class Runs {
  readonly path: string;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    const state = env['XDG_STATE_HOME'] ?? '';
    this.path = join(
      state.startsWith('/') ? state : join(env['HOME'] || homedir(), '.local/state'),
      'fine-grained-monitor/scenarios',
    );
  }

  /** @throws CommandFailure where no directory can be made */
  create(id: string): RunHome {
    const home = new RunHome(this.path, id);
    try {
      for (const directory of [home.path, home.dashboards]) mkdirSync(directory, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new CommandFailure(
        `${home.path}: cannot be made (${errorCode(cause)}); XDG_STATE_HOME names another place for what is known of runs`,
        { cause },
      );
    }
    return home;
  }

  all(): { readonly home: RunHome; readonly record: RunRecord }[] {
    return this.#ids()
      .map((id) => new RunHome(this.path, id))
      .flatMap((home) => {
        const record = home.read();
        return record === null ? [] : [{ home, record }];
      })
      .toSorted((one, other) => one.record.began.localeCompare(other.record.began));
  }

  /** @param text an id, or its beginning @throws CommandFailure where there is none such, or several */
  find(text: string): { readonly home: RunHome; readonly record: RunRecord } {
    const fitting = this.all().filter(({ record }) => record.run.startsWith(text));
    const exact = fitting.find(({ record }) => record.run === text);
    if (exact !== undefined) return exact;
    if (fitting.length === 1 && text !== '') return fitting[0]!;
    const shown = JSON.stringify(text.slice(0, 80));
    if (fitting.length === 0) throw new CommandFailure(`there is no run ${shown}; fgm scenario status lists them`);
    throw new CommandFailure(`${shown} may be ${fitting.map(({ record }) => record.run).join(' or ')}; say more of it`);
  }

  #ids(): string[] {
    try {
      return readdirSync(this.path);
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return [];
      throw new CommandFailure(`${this.path}: cannot be read (${errorCode(cause)})`, { cause });
    }
  }
}
