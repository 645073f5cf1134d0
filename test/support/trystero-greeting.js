// A room of trystero whose people greet each other, by whichever of its strategies.

import { happens } from "./page-events.js";

/** @param strategy what a package of trystero exports */
export const greeting = ({ joinRoom, selfId }) => ({
  /** Comes in a room, and greets everybody there. @returns its id */
  join(url, roomId) {
    const config = { appId: "test", relayConfig: { urls: [url] }, rtcConfig: { iceServers: [] } };
    const room = joinRoom(config, roomId);
    const action = room.makeAction("greeting");
    action.onMessage = (text, { peerId }) => happens(`read ${text} of ${peerId}`);
    room.onPeerJoin = (peerId) => {
      happens(`joined ${peerId}`);
      void action.send(`hello ${peerId}`, { target: peerId });
    };
    room.onPeerLeave = (peerId) => happens(`left ${peerId}`);
    window.room = room;
    return selfId;
  },
  leave: () => window.room.leave(),
});
