import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { literal, literals } from './sql-text.ts';

/** It runs beside what is recorded. A query that needs more than this says so. */
const MEMORY_BYTES = 2 * 2 ** 30;

/** A DuckDB in memory, with times in UTC and nothing written to disk. */
export class Database {
  readonly connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
  }

  /**
   * @param memoryBytes that it may use
   * @param scratch directory for what it has no room for; null for none
   */
  static async open(memoryBytes = MEMORY_BYTES, scratch: string | null = null): Promise<Database> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const database = new Database(instance, connection);
    // No spilling unless told where: whoever looks at a recording must not fill the disk it is on. Row order is what files are checked for.
    await connection.run(
      `SET TimeZone = 'UTC'; SET temp_directory = ${literal(scratch ?? '')}; SET preserve_insertion_order = true;`,
    );
    await connection.run(`SET memory_limit = '${Math.floor(memoryBytes / 1024)}KiB'`);
    // Files are read once or a few times, and then there are others: keeping them in memory as well gains nothing.
    await connection.run('SET enable_external_file_cache = false');
    return database;
  }

  /** All rows of a query, by column name. */
  async rows<Row extends Record<string, DuckDBValue>>(sql: string): Promise<Row[]> {
    const reader = await this.connection.runAndReadAll(sql);
    return reader.getRowObjects() as Row[];
  }

  /** From here on these files can be read, and no others; and nobody can change that. */
  async confineTo(files: readonly string[]): Promise<void> {
    await this.connection.run(
      `SET allowed_paths = ${literals(files)}; SET enable_external_access = false; SET lock_configuration = true;`,
    );
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }
}
