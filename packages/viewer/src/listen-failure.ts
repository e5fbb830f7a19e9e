/** Why nobody can be served at an address, and what to do. @param cause what listening was refused with */
export function listenFailure({ host, port }: { readonly host: string; readonly port: number }, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === 'EADDRINUSE' ? 'the port is taken' : message;
  return new Error(`cannot listen on ${host}:${port}: ${reason}; choose another --listen`, { cause });
}
