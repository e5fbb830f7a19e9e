export { buildProgram } from './program.ts';
export { run } from './run.ts';
