export { openServer, type OpenServer, type ServerOptions } from './server.ts';
export type { RunSql, SqlRows } from './tools/query-sql.ts';
export { serveHttp, type HttpOptions, type RunningHttp } from './serve/http.ts';
export { serveStdio } from './serve/stdio.ts';
