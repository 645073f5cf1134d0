// The ICE servers that the user typed in, one a line: an address, and for TURN the user name and
// the password after it. If there are none, those of the server are used.

/** Throws, in words for the user, on a line that no browser would take. */
export function parseIceServers(text: string): readonly RTCIceServer[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(parseLine);
}

function parseLine(line: string): RTCIceServer {
  const [urls = "", username, credential] = line.split(/\s+/);
  const server: RTCIceServer = {
    urls,
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
  };
  try {
    // The browser knows best what it takes. Nothing is sent before there is an offer.
    new RTCPeerConnection({ iceServers: [server] }).close();
  } catch (error) {
    throw new Error(`“${urls}” cannot be used as an ICE server`, { cause: error });
  }
  return server;
}
