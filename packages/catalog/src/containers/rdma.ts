import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';
import { columnWord } from './column-word.ts';

const WHAT = { hca_handle: 'handles', hca_object: 'objects' } as const;

/** The columns of one RDMA device, which differ between machines. @param device its name: `mlx5_0` */
export function rdmaColumns(device: string): Column[] {
  return (['hca_handle', 'hca_object'] as const).flatMap((key) => {
    const prefix = `rdma_${columnWord(device)}_${key}`;
    const what = `HCA ${WHAT[key]} on this RDMA device`;
    return [
      metricsOf('rdma.current').gauge(`${prefix}_current`, 'count', `${what} in use.`, `${device} ${key}`),
      metricsOf('rdma.max').gauge(
        `${prefix}_max`,
        'count',
        `Limit of ${what}; null: no limit of its own.`,
        `${device} ${key}`,
      ),
    ];
  });
}
