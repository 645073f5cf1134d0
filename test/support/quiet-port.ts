// Ports for servers that are ended and started again at the same address.

/** Below those that the system gives to clients, who could have taken it meanwhile. */
const [first, last] = [20_000, 32_000] as const;

/** So many for each process: what one was told is free, no other may take before it listens there. */
const perProcess = 400;
const start = first + (process.pid % ((last - first) / perProcess)) * perProcess;
let count = Math.floor(Math.random() * perProcess);

/** A port of the loopback address that nobody listens at, and that nobody else is given soon. */
export function quietPort(): number {
  for (;;) {
    const port = start + (count++ % perProcess);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Somebody has it.
    }
  }
}
