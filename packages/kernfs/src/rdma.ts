import type { Layout } from '@fgm/catalog';
import { nestedKeyedParser } from './nested-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * rdma.current and rdma.max of cgroup v2 and v1: one line for each RDMA device.
 *
 *     mlx4_0 hca_handle=1 hca_object=20
 *     ocrdma1 hca_handle=1 hca_object=23
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#rdma-interface-files
 *
 * `max` in rdma.max is no limit.
 */
export function rdmaParser(layout: Layout, file: 'rdma.current' | 'rdma.max'): Parser {
  return nestedKeyedParser(fieldsOf(layout, file));
}
