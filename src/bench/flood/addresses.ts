// Whom a flooder may attack: only this machine, unless the user says that it is meant.

/** Whether an address is this machine's own loopback, whatever a resolver says. */
export function isLoopback({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** @returns a line for the user if a flooder must not attack these addresses */
export function refusalOf(urls: readonly URL[], isSure: boolean): string | undefined {
  const foreign = isSure ? undefined : urls.find((url) => !isLoopback(url));
  if (foreign === undefined) return undefined;
  return (
    `flood attacks only this machine: ${foreign.hostname} is another host, and --yes says that you ` +
    "may attack it"
  );
}
