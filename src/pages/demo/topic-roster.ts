// Who is in the topic, as the server says, which is the truth: the mesh follows it.

import type { Gathering } from "./gathering.ts";
import type { Mesh } from "./mesh.ts";
import { nameOf } from "./names.ts";
import type { Person } from "./people.ts";
import type { Member, ServerFrame } from "./signaling.ts";

export class TopicAttendance {
  readonly #mesh: Mesh;
  readonly #gathering: Gathering;
  #selfId = "";

  constructor(mesh: Mesh, gathering: Gathering) {
    this.#mesh = mesh;
    this.#gathering = gathering;
  }

  /** Follows what the server says. */
  receive(frame: ServerFrame): void {
    const [mesh, gathering] = [this.#mesh, this.#gathering];
    switch (frame.type) {
      case "welcome":
        // Under a new id, this is somebody new to the others: they drop the old connections too.
        mesh.close();
        this.#selfId = frame.selfId;
        break;
      case "peer-list": {
        // It can come at any time: the server sends one when it could not keep this page informed.
        const { peers = [] } = frame;
        mesh.follow(peers.map((member) => this.#person(member)));
        gathering.log(
          peers.length === 0 ? "Nobody else is here yet" : `${peers.length} here already`,
        );
        break;
      }
      case "peer-joined":
        mesh.add(this.#person({ id: frame.peerId, metadata: frame.metadata }));
        break;
      case "peer-left":
        mesh.remove(frame.peerId);
        break;
      case "error":
        gathering.log(`Server: ${frame.message} (${frame.code})`, "error");
        break;
      default:
        mesh.receive(frame.from, frame.type, frame.payload);
    }
  }

  #person({ id, metadata }: Member): Person {
    return { id, name: nameOf(id, metadata), isPolite: this.#selfId < id };
  }
}
