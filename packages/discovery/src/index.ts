export * from './counters.ts';
export * from './identify.ts';
export * from './messages.ts';
export * from './mounts.ts';
export * from './scan.ts';
export * from './scope.ts';
export * from './trouble.ts';
export * from './watch.ts';
export type { EntityBatch } from './entity-set.ts';
