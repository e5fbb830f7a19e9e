import { constants } from 'node:fs';

/** Opens a file to read it, and waits for nobody: a FIFO that has the name of a file would stop whoever opens it until another writes to it. */
export const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;
