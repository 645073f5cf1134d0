// Ports for servers that are ended and started again at the same address.

/** Below those that the system gives to clients, who could have taken it meanwhile. */
const [first, last] = [20_000, 32_000] as const;

/** A port of the loopback address that nobody listens at. */
export function quietPort(): number {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first));
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Somebody has it.
    }
  }
}
