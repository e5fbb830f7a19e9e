import { pino } from 'pino';
import type { Logger } from 'pino';

/** Takes lines of the log, each with its newline. */
export interface LogSink {
  write(line: string): void;
}

/** JSON lines with the level as a word and an ISO time; no pid and host name, which whoever collects logs adds. */
export function createLog(level: string, sink: LogSink): Logger {
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, sink);
}

/** Writes at once, so that the last words before an exit are not lost; goes on in silence when nobody reads any more. */
export function logTo(fd: number): LogSink {
  const destination = pino.destination({ fd, sync: true });
  destination.on('error', () => undefined);
  return destination;
}
