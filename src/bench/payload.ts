// The payload of a message: an offer as a browser makes it, of an exact size, with a stamp that tells one
// message from the next. Signaling servers pass payloads on unchanged, so that the stamp can be written and
// read in place, without parsing.

import { ExitError } from "../process/exit.ts";

const stampDigits = 10;
const stampKey = '"stamp":"';
const zero = "0".charCodeAt(0);

/** The session part of a data channel offer, as Chromium writes it. */
const session = [
  "v=0",
  "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "a=extmap-allow-mixed",
  "a=msid-semantic: WMS",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "c=IN IP4 0.0.0.0",
  "a=ice-ufrag:F7gI",
  "a=ice-pwd:x9cml/YzichV2+XlhiMu8g1Y",
  "a=ice-options:trickle",
  "a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:CE:E6:0F",
  "a=setup:actpass",
  "a=mid:0",
  "a=sctp-port:5000",
  "a=max-message-size:262144",
];

/**
 * An offer, in JSON.
 *
 * @param bytes its exact size, as ASCII
 * @throws {ExitError} if not even an empty offer fits
 */
export function offerPayload(bytes: number): string {
  const around = (sdp: string) =>
    `{${stampKey}${"0".repeat(stampDigits)}","type":"offer","sdp":"${sdp}"}`;
  const room = bytes - around("").length;
  if (room < 0) throw new ExitError(`a message must be ${-room} bytes longer to hold an offer`);
  return around(sessionDescription(room));
}

/** An SDP of `size` characters. Its line ends are escaped as in JSON. */
function sessionDescription(size: number): string {
  let sdp = "";
  for (let line = 0; ; line++) {
    const next = `${session[line] ?? candidate(line)}\\r\\n`;
    if (sdp.length + next.length > size) break;
    sdp += next;
  }
  // The last line is an attribute that fills the rest.
  return sdp + "a=x-pad:".padEnd(size - sdp.length, "0").slice(0, size - sdp.length);
}

function candidate(line: number): string {
  return `a=candidate:${line} 1 udp 2122260223 192.0.2.${line % 256} ${49152 + line} typ host`;
}

/** Where the stamp of a message begins, counted from `start`; -1 if it has no stamp. */
export function findStamp(bytes: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  const key = text.indexOf(stampKey, 0, "latin1");
  return key === -1 ? -1 : key + stampKey.length;
}

/** Writes a stamp at `at`. @param stamp a whole number below 10¹⁰ */
export function writeStamp(bytes: Uint8Array, at: number, stamp: number): void {
  let rest = stamp;
  for (let digit = at + stampDigits - 1; digit >= at; digit--) {
    bytes[digit] = zero + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** The stamp at `at`; NaN if there are other characters than digits. */
export function readStamp(bytes: Uint8Array, at: number): number {
  let stamp = 0;
  for (let digit = at; digit < at + stampDigits; digit++) {
    const value = (bytes[digit] ?? 0) - zero;
    if (value < 0 || value > 9) return Number.NaN;
    stamp = stamp * 10 + value;
  }
  return stamp;
}
