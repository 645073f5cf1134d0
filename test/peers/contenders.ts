// The servers that ours is compared with: for each, how it is made ready, and how it is started with its port in PORT.

import { existsSync } from "node:fs";
import { root } from "../support/paths.ts";

export interface Contender {
  readonly name: string;
  readonly protocol: "topic" | "y-webrtc" | "peerjs";
  /** Nothing for the yardstick, which the load generator brings. */
  readonly command?: string;
  /** Makes what the command runs. @returns why it cannot be run here, if it cannot */
  readonly prepare?: () => string | undefined;
}

const folder = `${root}/dist/peers`;
const here = import.meta.dir;

/** Runs a compiler. @returns why there is no program, if there is none */
function compile(
  tool: string,
  parameters: readonly string[],
  environment: Record<string, string> = {},
): string | undefined {
  if (Bun.which(tool) === null) return `${tool} is not installed`;
  const made = Bun.spawnSync([tool, ...parameters], { env: { ...process.env, ...environment } });
  return made.success ? undefined : made.stderr.toString().trim();
}

/** Where Debian puts the Go packages that it has. */
const gocode = "/usr/share/gocode";

const node = (): string | undefined => (Bun.which("node") ? undefined : "node is not installed");

export const contenders: readonly Contender[] = [
  { name: "the barest Bun relay", protocol: "topic" },
  {
    name: "C, epoll, no parsing",
    protocol: "topic",
    command: `${folder}/relay-c`,
    prepare: () => compile("cc", ["-O2", "-o", `${folder}/relay-c`, `${here}/relay.c`, "-lcrypto"]),
  },
  {
    name: "Go, gorilla/websocket, one core",
    protocol: "topic",
    command: `env GOMAXPROCS=1 ${folder}/relay-go`,
    prepare: () =>
      existsSync(`${gocode}/src/github.com/gorilla/websocket`)
        ? compile("go", ["build", "-o", `${folder}/relay-go`, `${here}/relay.go`], {
            GO111MODULE: "off",
            GOPATH: gocode,
          })
        : "golang-github-gorilla-websocket-dev is not installed",
  },
  {
    name: "Node, ws",
    protocol: "topic",
    command: `node ${here}/relay.js`,
    prepare: node,
  },
  {
    name: "y-webrtc's server",
    protocol: "y-webrtc",
    command: `node ${root}/node_modules/y-webrtc/bin/server.js`,
    prepare: node,
  },
  {
    name: "PeerServer",
    protocol: "peerjs",
    command: `node ${root}/node_modules/peer/dist/bin/peerjs.js --host 127.0.0.1 --alive_timeout 600000`,
    prepare: node,
  },
];
