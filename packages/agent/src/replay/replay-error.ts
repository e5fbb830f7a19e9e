/** A replay cannot be made, for a reason that is nobody's mistake here. The message is one line and says what to do. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}
