export * from './column.ts';
export * from './columns.ts';
export * from './entity.ts';
export * from './layout.ts';
export * from './status.ts';
export * from './table.ts';
export * from './event.ts';
