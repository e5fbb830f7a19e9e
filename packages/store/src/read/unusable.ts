/** A file that consolidation leaves alone: not one of a recorder, broken, or not readable. The message says what it is. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}
