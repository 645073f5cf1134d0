// The protocol of WebTorrent's trackers.

import { tracker } from "../../../src/protocols/tracker/routes.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { announce, binary } from "../../support/tracker-frames.ts";
import { clientText } from "../texts.ts";
import {
  isObject,
  type Json,
  type JsonObject,
  own,
  read,
  Written,
  withMembers,
  written,
} from "./json.ts";
import type { Meaning, Subject } from "./scene.ts";

/** Who is in which swarm, but for the sender; none of them has everything. */
const others: ReadonlyMap<string, string> = new Map([
  [binary("room"), "receiver"],
  [binary("far"), "bystander"],
]);

const events = ["", "empty", "update", "started", "paused", "completed", "stopped"];

const maxScraped = 255;
const maxOffers = 82;

const isBinary = (value: Json): value is string =>
  typeof value === "string" && /^[\0-\xff]{20}$/.test(value);

const isNothing = (value: Json): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === "" ||
  (value instanceof Written && value.text === "0");

/** A number, or one in quotes. */
function isZero(left: Json): boolean {
  if (left instanceof Written) return Number(left.text) === 0;
  return typeof left === "string" && Number(left) === 0;
}

/** What a client has written is quoted in part only. */
function shown(value: Json): Json {
  if (!isObject(value)) return value;
  const reason = value["failure reason"];
  const [start] = /^invalid action in WS request: /.exec(String(reason)) ?? [];
  return withMembers(value, { "failure reason": start });
}

const quoted = (name: string): string => JSON.stringify(binary(name));

const offer = '{"offer":{"type":"offer","sdp":"v=0\\r\\n"},"offer_id":"1"}';

export const trackerSubject: Subject = {
  name: "tracker",
  texts: clientText({
    action: ['"announce"', '"announce"', '"announce"', '"announce"', '"scrape"', '"ping"', "null"],
    info_hash: [
      ...[quoted("room"), quoted("room"), quoted("far"), quoted("own")],
      ...[`[${quoted("room")},${quoted("far")},${quoted("room")}]`, "[]", '"short"', '"\\u0100"'],
    ],
    peer_id: [quoted("sender"), quoted("sender"), quoted("sender"), quoted("receiver"), '"short"'],
    offers: [`[${offer}]`, `[${offer},${offer}]`, "[]", "[{}]", "[null]", "null", `[${offer},1.0]`],
    event: [...events.map((event) => JSON.stringify(event)), "null", '"other"', "1"],
    left: ["0", "1", "0.0", '"0"', '"x"', "null"],
    answer: ["null", "null", "null", "false", "0", '{"type":"answer","sdp":"v=0"}', "1.0"],
    to_peer_id: [quoted("receiver"), quoted("receiver"), quoted("sender"), quoted("nobody"), '"x"'],
    offer_id: ['"1"', "1.0", "null"],
  }),

  async set() {
    const server = new FakeServer([tracker]);
    const [sender, receiver, bystander] = [
      server.open("/tracker"),
      server.open("/tracker"),
      server.open("/tracker"),
    ];
    receiver.send(announce("room", "receiver", { left: 1 }));
    bystander.send(announce("far", "bystander", { left: 1 }));
    for (const client of [sender, receiver, bystander]) client.reads();
    /** By swarm and id, whether it has everything. */
    const members = new Map<string, Map<string, boolean>>();

    const counts = (swarm: string) => {
      const ownOnes = [...(members.get(swarm)?.values() ?? [])];
      const complete = ownOnes.filter((hasAll) => hasAll).length;
      const all = ownOnes.length + (others.has(swarm) ? 1 : 0);
      return { complete, incomplete: all - complete };
    };
    const wrong = (action: string, reason: string, swarm?: Json): Meaning => ({
      told: [withMembers({ action, "failure reason": reason }, { info_hash: swarm })],
    });
    const announced = (swarm: string): Json =>
      written({ ...counts(swarm), action: "announce", interval: 120, info_hash: swarm });

    const scrape = (named: Json = []): Meaning => {
      const swarms = Array.isArray(named) ? named : [named];
      if (named === null || swarms.length === 0 || swarms.length > maxScraped)
        return wrong("scrape", `name up to ${maxScraped} info_hashes`);
      if (!swarms.every(isBinary)) return wrong("scrape", "invalid info_hash");
      const files = swarms.map((swarm) => {
        const { complete, incomplete } = counts(swarm);
        return [swarm, { complete, incomplete, downloaded: complete }];
      });
      const flags = { min_request_interval: 120 };
      return { told: [written({ action: "scrape", files: Object.fromEntries(files), flags })] };
    };

    const answer = (message: JsonObject, swarm: string, peer: string): Meaning => {
      const to = own(message, "to_peer_id");
      if (!isBinary(to))
        return wrong("announce", "invalid `to_peer_id` (required with `answer`)", swarm);
      if (members.get(swarm)?.has(peer) !== true)
        return wrong("announce", "invalid peer_id", swarm);
      const frame = withMembers(
        { action: "announce", answer: own(message, "answer"), peer_id: peer, info_hash: swarm },
        { offer_id: own(message, "offer_id") },
      );
      if (members.get(swarm)?.has(to) === true) return { told: [frame] };
      const name = others.get(swarm);
      return name !== undefined && to === binary(name) ? { heard: { [name]: [frame] } } : {};
    };

    /** Who is in: offers go to them by chance, so that there must be one other at most. */
    const offersTo = (swarm: string, peer: string, offers: readonly JsonObject[]): Meaning => {
      const told = [announced(swarm)];
      const name = others.get(swarm);
      const isByChance = (members.get(swarm)?.size ?? 0) > 1;
      const first = offers[0];
      if (isByChance && first !== undefined) return { told, isByChance };
      if (name === undefined || first === undefined) return { told };
      const frame = withMembers(
        { action: "announce", offer: own(first, "offer"), peer_id: peer, info_hash: swarm },
        { offer_id: own(first, "offer_id") },
      );
      return { told, heard: { [name]: [frame] } };
    };

    const announces = (message: JsonObject): Meaning => {
      const [swarm, peer] = [own(message, "info_hash"), own(message, "peer_id")];
      if (!isBinary(swarm)) return wrong("announce", "invalid info_hash");
      if (!isBinary(peer)) return wrong("announce", "invalid peer_id", swarm);
      if (!isNothing(own(message, "answer"))) return answer(message, swarm, peer);
      const event = own(message, "event") ?? "";
      if (typeof event !== "string" || !events.includes(event))
        return wrong("announce", "invalid event", swarm);
      const all = own(message, "offers") ?? [];
      const offers = Array.isArray(all) ? all.slice(0, maxOffers) : [undefined];
      if (!offers.every((each) => isObject(each) && own(each, "offer") !== undefined))
        return wrong("announce", "invalid offers", swarm);
      const ownOnes = members.get(swarm) ?? new Map<string, boolean>();
      if (event === "stopped") {
        ownOnes.delete(peer);
        return { told: [announced(swarm)] };
      }
      if (peer === binary(others.get(swarm) ?? "nobody") && others.has(swarm))
        return wrong("announce", "peer_id in use by another connection", swarm);
      const hasAll = event === "completed" || isZero(own(message, "left"));
      members.set(swarm, ownOnes.set(peer, hasAll || ownOnes.get(peer) === true));
      return offersTo(swarm, peer, offers as readonly JsonObject[]);
    };

    const meaning = (text: string): Meaning => {
      const json = read(text);
      if (json === undefined || !isObject(json.value))
        return wrong("announce", "not a JSON object");
      const message = json.value;
      const swarm = own(message, "info_hash");
      switch (own(message, "action")) {
        case "announce":
          return announces(message);
        case "scrape":
          return scrape(swarm);
        default:
          return wrong(
            "announce",
            "invalid action in WS request: ",
            isBinary(swarm) ? swarm : undefined,
          );
      }
    };
    return { server, sender, others: { receiver, bystander }, ids: {}, meaning, shown };
  },
};
