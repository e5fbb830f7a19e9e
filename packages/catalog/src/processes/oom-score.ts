import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

export const OOM_SCORE: readonly Column[] = [
  metricsOf('/proc/PID/oom_score').gauge(
    'oom_score',
    null,
    'The OOM killer takes the process with the highest first, 0 to 2000; read when new, after an exec and every 30 s.',
  ),
  metricsOf('/proc/PID/oom_score_adj').gauge(
    'oom_score_adj',
    null,
    'What somebody had added to its score, -1000 (never kill it) to 1000; read when new, after an exec and every 30 s.',
  ),
];
