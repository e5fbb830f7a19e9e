export { runDemo, type DemoTerminal } from './demo.ts';
export { DemoUsageError, demoUsage, parseDemoOptions, type DemoOptions } from './options.ts';
