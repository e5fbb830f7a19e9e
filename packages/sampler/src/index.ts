export { DURATION_BOUNDS, LATENESS_BOUNDS, SAMPLER_COUNTERS, type SamplerCounter } from './counters.ts';
export type { BurstEvent, BurstSettings, BurstTriggers } from './burst/burst-settings.ts';
export type { FromShard, SamplerLayouts, SamplerSettings, ShardTask } from './messages.ts';
export { SamplerPool, type CommonTask, type PoolOptions } from './pool.ts';
export { SteppedSampler } from './stepped-sampler.ts';
export { WALK_METHODS } from './walk/walk-tally.ts';
