// Listening to a recording: one button and how far it is. Only one plays at a time.

import { element, icon, setIcon } from "/page/rich.js";
import { label, word } from "/page/texts.js";

let playing = null;

/** 0:42 */
export function minutes(ms) {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export class Player {
  #audio = new Audio();
  #button = label(element("button", "play", icon("play")), "voice_play");
  #done = element("i");
  #ms;
  #fetch = null;
  #problem = null;

  /** `source`: the recording, or a function that fetches it; `ms`: a fresh one does not tell its own duration. */
  constructor(source, ms) {
    this.#ms = ms;
    if (source instanceof Blob) this.#audio.src = URL.createObjectURL(source);
    else this.#fetch = source;
    this.#button.type = "button";
    this.#button.addEventListener("click", () => this.#toggle());
    this.node = element("div", "player", this.#button, element("span", "track", this.#done));
    this.#audio.addEventListener("timeupdate", () => this.#show());
    for (const kind of ["play", "pause", "ended"]) this.#audio.addEventListener(kind, () => this.#show());
  }

  pause() {
    this.#audio.pause();
  }

  close() {
    this.pause();
    if (playing === this) playing = null;
    if (this.#audio.src) URL.revokeObjectURL(this.#audio.src);
    this.node.remove();
  }

  async #toggle() {
    if (!this.#audio.paused) return this.pause();
    if (this.#fetch && !(await this.#have())) return;
    if (playing !== this) playing?.pause();
    playing = this;
    this.#audio.play().catch(() => this.#show()); // a format that this browser records but does not play
  }

  /** Whether the recording is here, now that somebody wants to hear it. */
  async #have() {
    if (this.#button.ariaBusy) return false;
    this.#problem?.remove();
    this.#button.ariaBusy = "true";
    try {
      this.#audio.src = URL.createObjectURL(await this.#fetch());
      this.#fetch = null;
    } catch {
      this.#problem = word(element("p", "problem"), "recording_failed");
      this.node.after(this.#problem);
    }
    this.#button.ariaBusy = null;
    return this.#fetch === null;
  }

  #show() {
    const { paused, ended, currentTime } = this.#audio;
    setIcon(this.#button.querySelector("svg"), paused ? "play" : "pause");
    label(this.#button, paused ? "voice_play" : "voice_pause");
    const part = ended ? 0 : Math.min(1, (currentTime * 1000) / this.#ms);
    this.#done.style.transform = `scaleX(${part})`;
    this.node.dataset.playing = String(!paused);
  }
}
