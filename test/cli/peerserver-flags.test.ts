// Every flag that PeerServer itself has means something here, or is answered in words.

import { expect, test } from "bun:test";
import { commands } from "../../src/cli/commands.ts";
import { UsageError } from "../../src/cli/exit.ts";
import { readingOf, readLine } from "../../src/cli/perform.ts";
import { root } from "../support/paths.ts";

const serve = commands.find(({ name }) => name === "serve")!;

/** What is said of a flag; nothing where it is one of ours. */
function saidOf(flag: string): readonly string[] {
  try {
    readingOf(serve, readLine(serve, [`${flag}=9000`]), {}, commands);
    return [];
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
}

const helpOfPeerServer = (): string => {
  const program = `${root}/node_modules/peer/dist/bin/peerjs.js`;
  return Bun.spawnSync([process.execPath, program, "--help"]).stdout.toString();
};

test("each flag of PeerServer is ours, or it is said which of ours it is, or why there is none", () => {
  const flags = [...helpOfPeerServer().matchAll(/ (--?[a-z_]+)/gi)].map(([, flag = ""]) => flag);
  const said = Object.fromEntries(flags.map((flag) => [flag, saidOf(flag)]));
  const is = (name: string, ours: string) => [
    `unknown option ${name}: PeerServer's ${name} is ${ours} here`,
  ];
  expect(said).toEqual({
    "--help": [],
    "--version": [],
    "--host": [],
    "-H": is("-H", "--host"),
    "--port": [],
    "-p": [],
    "--expire_timeout": is("--expire_timeout", "--peerjs-expire-timeout"),
    "-t": is("-t", "--peerjs-expire-timeout"),
    "--alive_timeout": is("--alive_timeout", "--peerjs-alive-timeout"),
    "--concurrent_limit": is("--concurrent_limit", "--peerjs-concurrent-limit"),
    "-c": is("-c", "--peerjs-concurrent-limit"),
    "--key": is("--key", "--peerjs-key"),
    "-k": is("-k", "--peerjs-key"),
    "--path": is("--path", "--peerjs-path"),
    "--allow_discovery": is("--allow_discovery", "--peerjs-allow-discovery"),
    "--proxied": [
      "unknown option --proxied: leave it out, the server works behind a proxy as it is",
    ],
    "--cors": ["unknown option --cors: leave it out, pages of all origins may connect"],
    "--sslkey": is("--sslkey", "--tls-key-file"),
    "--sslcert": is("--sslcert", "--tls-cert-file"),
  });
});

test("other commands have no flags of PeerServer", () => {
  const token = commands.find(({ name }) => name === "token")!;
  expect(() => readingOf(token, readLine(token, ["--key=x"]), {}, commands)).toThrow(
    /^unknown option --key$/,
  );
});
