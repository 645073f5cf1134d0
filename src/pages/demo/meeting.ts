// People who meet on a page, whatever protocol brings them together: the user's camera and words go to
// all of them.

import { openCamera } from "./camera.ts";
import { Gathering } from "./gathering.ts";
import { Mesh, type MeshOptions } from "./mesh.ts";

/** Those whom the user meets. */
export interface Company {
  /** Shares a stream in place of the one before; undefined stops that. */
  share(stream: MediaStream | undefined): void;
  /** @returns how many of them have it */
  say(text: string): number;
  /** Parts from all. */
  close(): void;
}

export class Meeting {
  readonly gathering = new Gathering({
    onSay: (text) => this.#say(text),
    onCamera: () => this.#toggleCamera(),
    onMute: () => this.#toggleMute(),
  });
  #name = "";
  #company: Company | undefined;
  #camera: MediaStream | undefined;

  /** What the user is called; empty where that is not known. */
  set name(name: string) {
    this.#name = name;
    this.gathering.showSelf(name);
  }

  /** Begins anew, with nobody. */
  begin(options: Omit<MeshOptions, "gathering">): Mesh {
    const mesh = new Mesh({ ...options, gathering: this.gathering });
    this.meet(mesh);
    return mesh;
  }

  /** Meets others in place of those before. */
  meet(company: Company): void {
    this.end();
    company.share(this.#camera);
    this.#company = company;
  }

  /** Drops all connections. */
  end(): void {
    this.#company?.close();
    this.#company = undefined;
  }

  /** It may be on before and after a meeting; this turns it off. */
  stopCamera(): void {
    for (const track of this.#camera?.getTracks() ?? []) track.stop();
    this.#camera = undefined;
    this.gathering.showCamera(undefined);
    this.#company?.share(undefined);
  }

  #say(text: string): void {
    this.gathering.addMessage(this.#name || "You", text);
    const isRead = this.#company?.say(text);
    this.gathering.showNotice(isRead ? "" : "Nobody is connected yet, so nobody has read that.");
  }

  #toggleMute(): void {
    const tracks = this.#camera?.getAudioTracks() ?? [];
    const isMuted = tracks.every(({ enabled }) => enabled);
    for (const track of tracks) track.enabled = !isMuted;
    this.gathering.showMuted(isMuted);
  }

  async #toggleCamera(): Promise<void> {
    this.gathering.showNotice("");
    if (this.#camera) return this.stopCamera();
    const answer = await openCamera();
    if ("refusal" in answer)
      return this.gathering.showNotice(`${answer.refusal} You can still chat.`);
    const { stream } = answer;
    this.#camera = stream;
    // Unplugged, or taken back in the browser's own controls.
    for (const track of stream.getTracks())
      track.addEventListener("ended", () => this.stopCamera());
    this.gathering.showCamera(stream);
    this.#company?.share(stream);
  }
}
