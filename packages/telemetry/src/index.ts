export { registerProcessMetrics } from './process-metrics.ts';
export { registerSampled, registerSampledHistogram, type Sample } from './sampled-metric.ts';
