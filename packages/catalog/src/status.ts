/**
 * What a parser reports. One number, so that nothing is allocated: below MALFORMED a code, from MALFORMED on
 * `MALFORMED + offset` with the byte offset at which the text stopped making sense.
 */
export type Status = number;
export const OK = 0;
/** The file has nothing for this row (empty file of a kernel thread, a feature that is off). */
export const ABSENT = 1;
/** The kernel has no such file or refuses it for this kind of cgroup (EOPNOTSUPP). */
export const UNSUPPORTED = 2;
/** Parsed, but a value is beyond 2^53 and cannot be held exactly: its column is null. */
export const OVERFLOW = 3;
export const MALFORMED = 16;

export function malformedOffset(status: Status): number {
  return status - MALFORMED;
}
