// The matchbox protocol.

import { matchbox } from "../../../src/protocols/matchbox/routes.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { clientText } from "../texts.ts";
import { isObject, own, read } from "./json.ts";
import type { Meaning, Subject } from "./scene.ts";

export const matchboxSubject: Subject = {
  name: "matchbox",
  texts: clientText({
    Signal: [
      '{"receiver":"$receiver","data":{"Offer":"v=0\\r\\n"}}',
      '{"data":1.0,"receiver":"$receiver"}',
      '{"receiver":"$sender","data":null}',
      '{"receiver":"$bystander","data":1e400}',
      '{"receiver":"nobody","data":1}',
      '{"receiver":"$receiver"}',
      '{"receiver":null,"data":1}',
      "null",
    ],
    NewPeer: ['"$receiver"', "1"],
  }),

  async set() {
    const server = new FakeServer([matchbox]);
    const enter = (path: string): FakeClient => server.open(path);
    const [sender, receiver, bystander] = [
      enter("/matchbox/room"),
      enter("/matchbox/room"),
      enter("/matchbox/room?next=2"),
    ];
    const idOf = (client: FakeClient): string => JSON.parse(client.reads()[0]!).IdAssigned;
    const ids = { sender: idOf(sender), receiver: idOf(receiver), bystander: idOf(bystander) };
    sender.reads();

    const meaning = (text: string): Meaning => {
      const message = read(text)?.value;
      const signal = isObject(message) ? own(message, "Signal") : undefined;
      if (!isObject(signal)) return {};
      const [to, data] = [own(signal, "receiver"), own(signal, "data")];
      if (data === undefined) return {};
      const frame = { Signal: { sender: ids.sender, data } };
      if (to === ids.sender) return { told: [frame] };
      return to === ids.receiver ? { heard: { receiver: [frame] } } : {};
    };
    return { server, sender, others: { receiver, bystander }, ids, meaning };
  },
};
