import { expect, test } from "bun:test";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { FakeNode } from "../support/fake-node.ts";

test("a token is asked by the name that it knows a topic by", () => {
  const node = new FakeNode();
  const hub = new Hub(node.node, "games", {
    info: v.null(),
    tokenName: (topic) => topic.slice(topic.indexOf(":") + 1),
  });
  const joined = ["1:chess", "2:chess", "chess", "1:go"].map((text, index) => {
    const { peer } = node.connect();
    peer.pass = { until: Number.POSITIVE_INFINITY, mayJoin: (name) => name === "chess" };
    const member = hub.join(peer, topicName(text)!, { id: memberId(`${index}`), info: null });
    return typeof member === "string" ? member : member.topic.name;
  });
  expect<unknown>(joined).toEqual(["1:chess", "2:chess", "chess", "forbidden"]);
});
