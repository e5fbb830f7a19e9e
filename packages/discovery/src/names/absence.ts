import { constants } from 'node:os';
import { errnoOf } from '../trouble.ts';

/** What is simply not there, as most of the files that are asked for. */
const ABSENT = ['ENOENT', 'ENOTDIR', 'ESRCH', 'ENODEV'] as const;
const CODES: ReadonlySet<string | null> = new Set(ABSENT);
const NUMBERS: ReadonlySet<number> = new Set(ABSENT.map((code) => -constants.errno[code]));

/** Whether an error says that there is nothing to be read. */
export function isAbsence(error: unknown): boolean {
  return CODES.has(errnoOf(error));
}

/** The same of a negative errno. */
export function isAbsenceNumber(errno: number): boolean {
  return NUMBERS.has(errno);
}
