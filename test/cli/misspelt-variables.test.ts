import { expect, test } from "bun:test";
import { misspeltVariables } from "../../src/cli/misspelt-variables.ts";
import { options } from "../../src/cli/serve-options.ts";
import { variableOf } from "../../src/options/option.ts";

const said = (environment: Record<string, string>) =>
  misspeltVariables(environment, options.map(variableOf));

test.each([
  ["MAX_CONECTIONS", "MAX_CONNECTIONS"],
  ["REDIS_URI", "REDIS_URL"],
  ["LOGLEVEL", "LOG_LEVEL"],
  ["WORKER", "WORKERS"],
  ["WEBRTC_TURN_URL", "WEBRTC_TURN_URLS"],
  ["JWT_SECRTE", "JWT_SECRET"],
  ["max_connections", "MAX_CONNECTIONS"],
])("%s is told, with %s", (name, near) => {
  expect(said({ [name]: "x" })).toEqual([
    `nothing reads the variable ${name}; did you mean ${near}?`,
  ]);
});

test("a variable of PeerServer is told, with ours", () => {
  expect(said({ PEERSERVER_PATH: "/" })).toEqual([
    "nothing reads the variable PEERSERVER_PATH; did you mean PEERJS_PATH?",
  ]);
});

test("what shells, containers and platforms set is not taken for ours", () => {
  const usual =
    "HOME PATH PWD USER SHELL TERM LANG LC_ALL EDITOR HOSTNAME HOSTTYPE LOGNAME MAIL OLDPWD SHLVL " +
    "POST PORTS HOSTS OAUTH XAUTHORITY TZ TMPDIR NODE_ENV NODE_OPTIONS INVOCATION_ID JOURNAL_STREAM " +
    "NOTIFY_SOCKET KUBERNETES_PORT KUBERNETES_SERVICE_HOST REDIS_PORT REDIS_SERVICE_PORT REDIS_HOST " +
    "REDIS_PASSWORD REDIS_TLS_URL DATABASE_URL WEB_CONCURRENCY DYNO WORKDIR SESSION_SECRET " +
    "HTTP_PROXY NO_PROXY SSH_AUTH_SOCK NAME WSLENV";
  const environment = Object.fromEntries(usual.split(" ").map((name) => [name, "x"]));
  expect(said(environment)).toEqual([]);
});

test("neither an empty variable is told, nor one beside the right one, nor an odd name", () => {
  expect(said({ MAX_CONECTIONS: "" })).toEqual([]);
  expect(said({ REDIS_URI: "x", REDIS_URL: "redis://here" })).toEqual([]);
  expect(said({ "MAX_CONECTIONS\u001b": "x" })).toEqual([]);
});
