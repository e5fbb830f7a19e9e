/** Program and first arguments that start what runs here once more: built, or from source. */
export function fgmCommand(): string[] {
  return [process.execPath, ...process.execArgv, process.argv[1]!];
}
