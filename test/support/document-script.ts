// The commands of a document as one script: its `sh` blocks, one after the other, as a reader has them. Only the address of
// this machine is another one, of its own for each script, and ports are higher, so that nobody else has them. What stays
// is waited for, and a server that a reader would look at, and end, is ended.

/** Every block of code of a document: what stands after its fence, and its lines. */
export const blocksOf = (text: string): readonly (readonly [kind: string, body: string])[] =>
  Array.from(text.matchAll(/^```(.*)\n((?:.*\n)*?)```$/gm), ([, kind = "", body = ""]) => [
    kind,
    body,
  ]);

const byte = (): number => 1 + Math.floor(Math.random() * 254);

/** An address of this machine that nobody uses. */
export const freshHost = (): string => `127.${byte()}.${byte()}.${byte()}`;

/** Ports of documents, and how much higher they are here: whoever runs a server beside the tests has those. */
const named = /\b(?:443|4444|6379|6390|8080|8081|8082|8091|8092|8094|8443|9081|9091)\b/g;

export const portFor = (port: number): number => port + 20_000;

/** A server in the foreground: variables, the program, and flags or nothing. */
const foreground = /^(?:\w+=(?:"[^"]*"|\S+) )*(?:\S*\/)?signalbox(?: --[^&|>]*)?$/;

/** Counted, as a document may do it more than once. */
const reloaded = `reloads=$((\${reloads:-0} + 1))
until [ "$(grep -c 'the settings are' server.log)" -ge "$reloads" ]; do sleep 0.05; done
if grep 'the settings are not reloaded' server.log; then exit 1; fi`;

/** A server listens at two ports. The second one, for operators, is 1000 above, and comes last. */
function listening(port: string): string {
  return `await ${port} ${Number(port) + 1000}`;
}

/** What to wait for after a line: the first that matches. */
const waits: readonly (readonly [RegExp, (port: string) => string])[] = [
  [/^haproxy .*&$/, () => `await ${portFor(8080)}`],
  [/^signalbox doctor .*&$/, () => "until grep -q '^ok *ping' doctor.log; do sleep 0.05; done"],
  [/(?:^|&& )p?kill -HUP /, () => reloaded],
  [/^redis-server .*&$/, (port) => `await ${port}`],
  [/&$/, listening],
];

const prelude = `set -euo pipefail
trap 'echo "this failed: $BASH_COMMAND" >&2' ERR
trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT
await() { for port; do until (exec 3<>"/dev/tcp/$HOST/$port") 2>/dev/null; do sleep 0.05; done; done; }
redis-server() { exec "$(type -P redis-server)" --bind "$HOST" "$@"; }
`;

/** @param host see `freshHost` @param before commands that the document takes for done */
export function scriptOf(text: string, host: string, before = ""): string {
  const blocks = blocksOf(text).flatMap(([kind, body]) => (kind === "sh" ? body : []));
  const lines = [before, ...blocks]
    .join("\n")
    .replaceAll(/\blocalhost\b(?=:)|\b127\.0\.0\.1\b/g, host)
    .replaceAll("bind :", `bind ${host}:`)
    .replaceAll(named, (port) => `${portFor(Number(port))}`)
    .split("\n");
  return prelude + lines.flatMap(waitedFor).join("\n");
}

function waitedFor(line: string): readonly string[] {
  const command = line.replace(/\s+#.*$/, "").trim();
  const [, port = `${portFor(8081)}`] = /(?:PORT=|--port )(\d+)/.exec(command) ?? [];
  if (foreground.test(command)) return [`${command} &`, listening(port), "kill $!; wait $!"];
  const [, wait] = waits.find(([pattern]) => pattern.test(command)) ?? [];
  return wait === undefined ? [line] : [line, wait(port)];
}
