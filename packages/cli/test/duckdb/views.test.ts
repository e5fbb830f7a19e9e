import { fileColumns, TABLES } from '@fgm/catalog';
import t from 'tap';
import { Database } from '../../src/duckdb/database.ts';
import { createView, sqlType } from '../../src/duckdb/views.ts';

t.test('a table without files is empty, in the columns of the catalog', async (t) => {
  const database = await Database.open();
  t.teardown(() => database.close());
  for (const table of TABLES) {
    await database.connection.run(createView(table, []));
    const described = await database.rows<{ column_name: string; column_type: string }>(`DESCRIBE ${table}`);
    t.same(
      described.map(({ column_name, column_type }) => [column_name, column_type]),
      fileColumns(table).map((column) => [column.name, sqlType(column)]),
      table,
    );
    t.same(await database.rows(`SELECT * FROM ${table}`), []);
  }
});
