/** What the commands that serve recordings check of their arguments. */
import { statSync } from 'node:fs';
import { parseAddress } from '@fgm/agent/config';
import { CommandFailure, UsageError } from '../failure.ts';

/** @param example an address as it is wanted @throws UsageError */
export function addressOf(listen: string, example: string): { readonly host: string; readonly port: number } {
  const address = parseAddress(listen);
  if (address !== undefined && address !== null) return address;
  throw new UsageError(`--listen: ${JSON.stringify(listen)} is not valid; wanted an address such as ${example}`);
}

/** @throws UsageError for one that is short, or that a header cannot have */
export function checkToken(token: string | undefined): void {
  if (token !== undefined && !/^[\x21-\x7e]{8,}$/.test(token))
    throw new UsageError('--token: wanted at least 8 characters without spaces');
}

/** What is not there may come; what is there must be a directory. @throws CommandFailure */
export function checkDirectory(directory: string): void {
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory())
    throw new CommandFailure(`${directory} is not a directory: wanted a data directory`);
}
