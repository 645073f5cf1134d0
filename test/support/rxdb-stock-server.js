// Runs under Node: RxDB's own signaling server, on a port of its own choice, which it prints.

import { startSignalingServerSimplePeer } from "rxdb/plugins/replication-webrtc";

const { server } = await startSignalingServerSimplePeer({ host: "127.0.0.1", port: 0 });
if (server.address() === null) await new Promise((resolve) => server.once("listening", resolve));
process.stdout.write(`port ${server.address().port}\n`);
