// A file that a colleague has sent, or the person themselves: shown, played or saved.

import { fetched, save } from "/page/own.js";
import { element, icon } from "/page/rich.js";
import { word } from "/page/texts.js";

const ADDRESS = /^\/(mine|own)\/[0-9a-f]{64}\//;

export class SentFile {
  #file;
  #button;
  #problem = null;
  #url = null;
  #watch = null;

  /** `file`: name, address (while it is on its way: none), and type (its media type). */
  constructor(file) {
    this.#button = element("button", "file", icon("file"), element("span", "", file.name));
    this.#button.lastChild.dir = "auto";
    this.#button.type = "button";
    this.#button.addEventListener("click", () => this.#open());
    this.node = element("div", "sent", this.#button);
    this.stored(file);
  }

  /** The server has it. */
  stored(file) {
    this.#file = file;
    this.#button.disabled = !ADDRESS.test(file.address ?? "");
    if (this.#kind === "image" && !this.#button.disabled) this.#openWhenSeen();
  }

  /** The bubble leaves the page. */
  close() {
    this.#watch?.disconnect();
    if (this.#url) URL.revokeObjectURL(this.#url);
  }

  get #kind() {
    return (this.#file.type ?? "").split("/")[0];
  }

  #openWhenSeen() {
    this.#watch?.disconnect();
    this.#watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#watch.disconnect();
      this.#open();
    });
    this.#watch.observe(this.node);
  }

  async #open() {
    if (this.#button.disabled) return;
    this.#button.disabled = true;
    this.#problem?.remove();
    try {
      this.#url ??= URL.createObjectURL(await fetched(this.#file.address));
      this.#show();
    } catch {
      this.#problem = word(element("p", "problem"), "file_failed");
      this.node.append(this.#problem);
    } finally {
      this.#button.disabled = false;
    }
  }

  #show() {
    const shown = { image: "img", audio: "audio", video: "video" }[this.#kind];
    if (!shown || this.node.querySelector(shown)) return save(this.#url, this.#file.name);
    const view = element(shown);
    if (shown === "img") view.alt = this.#file.name;
    else view.controls = true;
    view.addEventListener("error", () => view.remove()); // a format that this browser does not know: it can be saved
    view.src = this.#url;
    this.node.prepend(view);
  }
}
