// Several nodes at one address: what was said to one of them is known to the others a little later. What
// tests compare is what comes of it in the end, and here is how to wait for that.

const settling = new Map<string, () => Promise<void>>();

/**
 * At this address, `settle` waits until whatever was said is known to all nodes.
 * @returns ends that: another server may have the address then
 */
export function settlesBy(url: URL, settle: () => Promise<void>): () => void {
  settling.set(url.host, settle);
  return () => void settling.delete(url.host);
}

/** @returns whether there was something to wait for; there is nothing at an address of one node */
export async function settled(url: URL): Promise<boolean> {
  const settle = settling.get(url.host);
  await settle?.();
  return settle !== undefined;
}

/**
 * All texts that there are for a client by now.
 * @param fenced reads those that come before the answer to a question of its own
 */
export async function heardWhenSettled(
  url: URL,
  fenced: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const texts = await fenced();
  return (await settled(url)) ? [...texts, ...(await fenced())] : texts;
}
