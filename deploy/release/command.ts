// Runs the programs that packages are made with.

/** @throws what the program said if it fails @returns its standard output */
export function command(args: readonly string[], env: Record<string, string> = {}): string {
  const { success, stdout, stderr } = Bun.spawnSync([...args], { env: { ...process.env, ...env } });
  if (!success) throw new Error(`${args.join(" ")}: ${stderr.toString()}`);
  return stdout.toString();
}
