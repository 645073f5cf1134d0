// What the server and the other peers say, as far as the library reads it.

export type SignalType = "offer" | "answer" | "ice-candidate";

export interface Entry {
  readonly id: string;
  readonly metadata?: unknown;
}

export interface Welcome {
  readonly type: "welcome";
  readonly selfId: string;
  readonly resume?: string;
  readonly resumeSeconds?: number;
  readonly resumed?: boolean;
  readonly missed?: boolean;
  readonly iceServers?: readonly RTCIceServer[];
  readonly iceSeconds?: number;
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
}

export type ServerFrame =
  | Welcome
  | { readonly type: "peer-list"; readonly peers?: readonly Entry[] }
  | { readonly type: "peer-joined"; readonly peerId: string; readonly metadata?: unknown }
  | { readonly type: "peer-left"; readonly peerId: string }
  | { readonly type: SignalType; readonly from: string; readonly payload?: unknown }
  | {
      readonly type: "ice";
      readonly iceServers: readonly RTCIceServer[];
      readonly iceSeconds?: number;
      readonly iceTransportPolicy?: RTCIceTransportPolicy;
    }
  | { readonly type: "error"; readonly code: string; readonly message: string };

export interface ClientFrame {
  readonly type: SignalType;
  readonly to: string;
  readonly payload?: unknown;
}

/**
 * A payload: an `RTCSessionDescriptionInit` or an `RTCIceCandidateInit`, and which `RTCPeerConnection` of its sender it
 * comes from. Clients of other makes have no `link`.
 */
export type Signal = { readonly link?: string } & (
  | { readonly sdp: string }
  | { readonly candidate: string }
);

export function isSignal(payload: unknown): payload is Signal {
  if (typeof payload !== "object" || payload === null) return false;
  const { sdp, candidate } = payload as { readonly sdp?: unknown; readonly candidate?: unknown };
  return typeof sdp === "string" || typeof candidate === "string";
}
