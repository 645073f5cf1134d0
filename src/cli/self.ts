// How this program starts itself again.

/** The beginning of a command line: the executable, or Bun and the file that it runs. */
export const self: readonly string[] = Bun.isStandaloneExecutable
  ? [process.execPath]
  : [process.execPath, Bun.main];
