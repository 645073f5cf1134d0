import { expect, test } from "bun:test";
import { options } from "../../src/cli/serve-options.ts";
import { suggestion } from "../../src/options/nearest.ts";

const flags = [...options.map(({ name }) => `--${name}`), "--help", "--version"];

test.each([
  ["--prot", "--port"],
  ["--prt", "--port"],
  ["--hots", "--host"],
  ["--HOST", "--host"],
  ["--max_frame_bytes", "--max-frame-bytes"],
  ["--MAX_CONNECTIONS", "--max-connections"],
  ["--max-conections", "--max-connections"],
  ["--jwt-secrte", "--jwt-secret"],
  ["--peerjs-allow_discovry", "--peerjs-allow-discovery"],
])("%s is near %s", (word, near) => {
  expect(suggestion(word, flags)).toBe(`; did you mean ${near}?`);
});

test.each([
  "--key",
  "--path",
  "--cert",
  "--cors",
  "--name",
  "--tls",
  "--user",
  "--ssl",
  "--verbose",
  "--x",
  "-x",
  "-",
  "",
])("%p is near nothing", (word) => {
  expect(suggestion(word, flags)).toBe("");
});
