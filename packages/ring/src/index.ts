export * from './counters.ts';
export * from './ring.ts';
export * from './doorbell.ts';
