import type { Column, TableName } from '@fgm/catalog';
import type { ClosedFile, IndexDocument } from '@fgm/store';
import type { OpenedPart, Origin, Recording, Wanted } from '../recordings/recording.ts';
import { Turns } from '../recordings/turns.ts';
import { type EmbeddedTable, partOf, readTable } from './embedded-table.ts';
import type { Manifest } from './manifest.ts';

/** The tables that stand in a page: each is read when it is asked for, once. */
export class EmbeddedTables {
  readonly manifest: Manifest;
  readonly #bytesOf: (table: string) => ArrayBuffer;
  readonly #read = new Map<string, Promise<EmbeddedTable>>();

  constructor(manifest: Manifest, bytesOf: (table: string) => ArrayBuffer) {
    this.manifest = manifest;
    this.#bytesOf = bytesOf;
  }

  /** Null for one that is not there. */
  async table(name: string): Promise<EmbeddedTable | null> {
    const columns = this.manifest.tables[name];
    if (columns === undefined) return null;
    let reading = this.#read.get(name);
    if (reading === undefined) this.#read.set(name, (reading = readTable(name, columns, this.#bytesOf(name))));
    return reading;
  }
}

/** What a page has in itself of one node. */
export class EmbeddedRecording implements Recording {
  readonly directory: string;
  readonly skipped = [];
  readonly openFiles = 0;
  #rowsRead = 0;
  readonly #tables: EmbeddedTables;
  readonly #origin: Origin;
  readonly #index: IndexDocument;
  readonly #parts = new Map<EmbeddedTable, ReturnType<typeof partOf>>();

  constructor(tables: EmbeddedTables, origin: Origin) {
    const { exported_at: exported, earliest, latest, containers } = tables.manifest;
    this.directory = origin.node;
    this.#tables = tables;
    this.#origin = origin;
    const own = containers.filter(({ node }) => node === origin.node);
    this.#index = {
      schema_version: 1,
      updated_at: exported,
      containers: Object.fromEntries(own.map((entry) => [entry.full_id, entry])),
      data_range: {
        earliest: new Date(earliest).toISOString(),
        latest: new Date(latest).toISOString(),
        rotation_interval_sec: 0,
      },
    };
  }

  get rowsRead(): number {
    return this.#rowsRead;
  }

  /** All of it as one. */
  files(): readonly ClosedFile[] {
    const { earliest, latest } = this.#tables.manifest;
    const { identifier } = this.#origin;
    return [{ table: '', path: '', identifier, start: earliest, end: latest, bytes: 0, modified: latest }];
  }

  windows(): [] {
    return [];
  }

  get indexing(): null {
    return null;
  }

  async indexed(): Promise<void> {
    // It stands in the page.
  }

  index(): IndexDocument {
    return this.#index;
  }

  async eachPart(table: TableName, { signal }: Wanted, use: (opened: OpenedPart) => number): Promise<void> {
    const turns = new Turns(signal);
    const found = await this.#tables.table(table);
    await turns.next();
    if (found === null) return;
    let part = this.#parts.get(found);
    if (part === undefined) this.#parts.set(found, (part = partOf(found, this.#origin.node)));
    if (part !== null) this.#rowsRead += use({ part, file: null });
  }

  columns(table: TableName): readonly Column[] | null {
    return this.#tables.manifest.tables[table] ?? null;
  }

  origin(): Origin {
    return this.#origin;
  }

  close(): void {
    // It is a part of the page.
  }
}
