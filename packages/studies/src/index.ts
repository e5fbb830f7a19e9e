export { anomalies, type Anomaly, type AnomalyOptions } from './anomalies.ts';
export { changePoints, type ChangePoint } from './change-points.ts';
export { correlation, type Correlation, type CorrelationOptions } from './correlation.ts';
export { periodicity, type Periodicity } from './periodicity.ts';
export type { Certainty, Series } from './series.ts';
export type { Stretch } from './stretches.ts';
export { trend, type TimeToLimit, type Trend, type TrendOptions } from './trend.ts';
