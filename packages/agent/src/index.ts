export * from './config/index.ts';
export type { LiveProcess, LiveRow, LiveSnapshot, SelfCost } from './live.ts';
export type { Recorder, RecorderHooks } from './recorder.ts';
export { startRecorder } from './start-recorder.ts';
