import type { RotationReason } from './messages.ts';

/** Numbers of the store that only grow. */
export interface StoreTotals {
  values: number;
  parquetBytes: number;
  encodeUsec: number;
  recovered: number;
  readonly rotations: Map<RotationReason, number>;
}

export function newTotals(): StoreTotals {
  return { values: 0, parquetBytes: 0, encodeUsec: 0, recovered: 0, rotations: new Map() };
}
