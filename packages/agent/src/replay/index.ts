export type { PipelineOptions, PipelineOutput, PipelineSettings, PipelineTotals } from './pipeline-options.ts';
export { PipelineSteps } from './pipeline-steps.ts';
export { recordFixture, type RecordFixtureOptions, type RecordProgress, type RecordSummary } from './record-fixture.ts';
export { ReplayError } from './replay-error.ts';
export { replayFixture, type ReplayOptions, type ReplaySummary } from './replay-fixture.ts';
