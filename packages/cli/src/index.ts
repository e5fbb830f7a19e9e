export { buildProgram } from './program.ts';
export { exporterOf } from './export/exporter.ts';
export { run } from './run.ts';
export { VIEW_SETTINGS, type ViewConfig } from './view/settings.ts';
