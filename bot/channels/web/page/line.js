// How the connection is: a word in the header, and a banner when it is lost for a while.

import { word } from "/page/texts.js";

const BANNER_AFTER_MS = 800;
const BANNER_STAYS_MS = 2500;

export class Line {
  #word = document.getElementById("connection");
  #banner = document.getElementById("banner");
  #elsewhere = document.getElementById("elsewhere");
  #timer = null;
  #wasLost = false;

  /** `state` as a Connection tells it. */
  show(state) {
    this.#word.dataset.state = state;
    word(this.#word.querySelector(".state-word"), `connection_${state}`);
    this.#elsewhere.hidden = state !== "elsewhere";
    if (state === "online") {
      this.clear();
      if (!this.#wasLost) return;
      this.#wasLost = false;
      this.#tell("back");
      this.#timer = setTimeout(() => this.clear(), BANNER_STAYS_MS);
    } else if (state === "elsewhere") {
      this.clear();
    } else if (!this.#wasLost && state === "offline") {
      this.clear();
      this.#timer = setTimeout(() => {
        this.#wasLost = true;
        this.#tell("lost");
      }, BANNER_AFTER_MS);
    }
  }

  clear() {
    clearTimeout(this.#timer);
    this.#timer = null;
    delete this.#banner.dataset.text;
    this.#banner.textContent = "";
  }

  #tell(kind) {
    this.#banner.dataset.kind = kind;
    word(this.#banner, `banner_${kind}`);
  }
}
