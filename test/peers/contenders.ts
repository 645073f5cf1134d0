// The servers that ours is compared with: for each, how it is made ready, and how it is started with its port in PORT.

import { existsSync, mkdirSync, statSync } from "node:fs";
import type { Driver } from "../../src/bench/driver.ts";
import { nostrDriver } from "../../src/bench/nostr-driver.ts";
import { peerjsDriver } from "../../src/bench/peerjs-driver.ts";
import { topicDriver } from "../../src/bench/topic-driver.ts";
import { yWebrtcDriver } from "../../src/bench/y-webrtc-driver.ts";
import { root } from "../support/paths.ts";
import { natsDriver } from "./nats-driver.ts";

/** Protocols of ours in which it is compared with others. */
export const ownDrivers = {
  topic: topicDriver,
  "y-webrtc": yWebrtcDriver,
  peerjs: peerjsDriver,
  nostr: nostrDriver,
} as const satisfies Record<string, Driver>;

export type OwnProtocol = keyof typeof ownDrivers;

export interface Contender {
  readonly name: string;
  /** The protocol by which ours is compared with it. */
  readonly beside: OwnProtocol;
  /** How it is driven, if it does not speak that protocol; with the name of its own. */
  readonly own?: readonly [protocol: string, driver: Driver];
  readonly command: string;
  /** It knows who is with whom in pairs; all topics that it is tried with have two members, or nobody sends in them. */
  readonly isForPairs?: boolean;
  /** It is too simple for crowds: it looks through all clients for each that comes. */
  readonly isForFew?: boolean;
  /** Makes what the command runs. @returns why it cannot be run here, if it cannot */
  readonly prepare: () => string | undefined;
  readonly version: () => string;
}

const folder = `${root}/dist/peers`;
const here = import.meta.dir;

/** The first number with a point in what a program says of itself. */
const numberIn = (command: readonly string[]): string =>
  Bun.spawnSync([...command])
    .stdout.toString()
    .match(/\d+\.\d+[\w.]*/)?.[0] ?? "of an unknown version";

/** Runs a compiler, if its source is newer than its program. @returns why there is no program, if there is none */
function compile(
  tool: string,
  source: string,
  program: string,
  parameters: readonly string[],
  environment: Record<string, string> = {},
): string | undefined {
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return undefined;
  if (Bun.which(tool) === null) return `${tool} is not installed`;
  mkdirSync(folder, { recursive: true });
  const made = Bun.spawnSync([tool, ...parameters], { env: { ...process.env, ...environment } });
  return made.success ? undefined : made.stderr.toString().trim();
}

const needs = (program: string) => () =>
  Bun.which(program) === null ? `${program} is not installed` : undefined;

/** The version of a package of this project, and of what runs it. */
const packaged = (name: string) => () => {
  const { version } = require(`${root}/node_modules/${name}/package.json`);
  return `${name} ${version}, Node ${numberIn(["node", "--version"])}`;
};

/** Where Debian puts the Go packages that it has. */
const gocode = "/usr/share/gocode";

const goSource = `${here}/relay.go`;
const cSource = `${here}/relay.c`;

/** nats-server is in a folder of administrators, which not every user searches. */
const natsServer = Bun.which("nats-server") ?? "/usr/sbin/nats-server";

const bareRelay = {
  beside: "topic",
  isForPairs: true,
  prepare: () => undefined,
  version: () => `Bun ${Bun.version}`,
} as const;

export const gatheringRelay: Contender = {
  ...bareRelay,
  name: "the barest Bun relay, gathering frames",
  command: `'${process.execPath}' '${here}/bare-relay.ts'`,
};

export const contenders: readonly Contender[] = [
  gatheringRelay,
  {
    ...bareRelay,
    name: "the barest Bun relay, a send for each message",
    command: `'${process.execPath}' '${here}/bare-relay.ts' each`,
  },
  {
    name: "C, epoll, no parsing",
    beside: "topic",
    isForPairs: true,
    isForFew: true,
    command: `'${folder}/relay-c'`,
    prepare: () =>
      compile("cc", cSource, `${folder}/relay-c`, [
        ...["-O2", "-o", `${folder}/relay-c`],
        ...[cSource, "-lcrypto"],
      ]),
    version: () => `cc ${numberIn(["cc", "-dumpfullversion", "-dumpversion"])}`,
  },
  {
    name: "nats-server",
    beside: "topic",
    own: ["NATS", natsDriver],
    command: `${natsServer} -c '${here}/nats.conf'`,
    prepare: () => (existsSync(natsServer) ? undefined : "nats-server is not installed"),
    version: () => `nats-server ${numberIn([natsServer, "--version"])}`,
  },
  {
    name: "Go, gorilla/websocket, one core",
    beside: "topic",
    command: `env GOMAXPROCS=1 '${folder}/relay-go'`,
    prepare: () =>
      existsSync(`${gocode}/src/github.com/gorilla/websocket`)
        ? compile(
            "go",
            goSource,
            `${folder}/relay-go`,
            [...["build", "-o", `${folder}/relay-go`, goSource]],
            { GO111MODULE: "off", GOPATH: gocode },
          )
        : "golang-github-gorilla-websocket-dev is not installed",
    version: () => `Go ${numberIn(["go", "version"])}`,
  },
  {
    name: "Node, ws",
    beside: "topic",
    command: `node '${here}/relay.js'`,
    prepare: needs("node"),
    version: packaged("ws"),
  },
  {
    name: "y-webrtc's server",
    beside: "y-webrtc",
    command: `node '${root}/node_modules/y-webrtc/bin/server.js'`,
    prepare: needs("node"),
    version: packaged("y-webrtc"),
  },
  {
    name: "PeerServer",
    beside: "peerjs",
    command: `node '${root}/node_modules/peer/dist/bin/peerjs.js' --host 127.0.0.1 --alive_timeout 600000 --concurrent_limit 100000`,
    prepare: needs("node"),
    version: packaged("peer"),
  },
];
