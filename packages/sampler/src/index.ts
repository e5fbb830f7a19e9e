export { DURATION_BOUNDS, LATENESS_BOUNDS, SAMPLER_COUNTERS, type SamplerCounter } from './counters.ts';
export type { FromShard, SamplerLayouts, SamplerSettings, ShardTask } from './messages.ts';
export { SamplerPool, type CommonTask, type PoolOptions } from './pool.ts';
