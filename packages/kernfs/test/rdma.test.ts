import { rdmaColumns } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { rdmaParser } from '../src/rdma.ts';
import { fieldsIn } from './suite/keyed.ts';
import { nestedLines } from './suite/nested.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { nestedTwin } from './suite/twins.ts';

const extra = ['mlx4_0', 'ocrdma1'].flatMap(rdmaColumns);

for (const file of ['rdma.current', 'rdma.max'] as const) {
  const fields = fieldsIn(extra, file);
  parserSuite({
    fixtures: file.replace('.', '-'),
    table: 'containers',
    make: (layout) => rdmaParser(layout, file),
    extra,
    twin: nestedTwin(fields),
    text: nestedLines(fields, fc.constantFrom('', ' ')),
  });
}

t.match(rdmaColumns('rocep1s0f0-1.X'), [
  { name: 'rdma_rocep1s0f0_1_x_hca_handle_current', key: 'rocep1s0f0-1.X hca_handle', source: 'rdma.current' },
  { name: 'rdma_rocep1s0f0_1_x_hca_handle_max', source: 'rdma.max' },
  { name: 'rdma_rocep1s0f0_1_x_hca_object_current' },
  { name: 'rdma_rocep1s0f0_1_x_hca_object_max' },
]);
