// The paper-clip: a picture or a document for the answer, where the question takes one.

import { word } from "/page/texts.js";

const MOST_BYTES = 20 * 1024 * 1024;
const LONGEST_NAME = 150;

export class Attach {
  #button = document.getElementById("clip");
  #picker = document.getElementById("answer-file");
  #note = document.getElementById("voice-note");

  /** `send(file)` keeps it and sends it; `done()` takes the focus back. */
  constructor({ send, done }) {
    this.#button.addEventListener("click", () => this.#picker.click());
    this.#picker.addEventListener("change", async () => {
      const [file] = this.#picker.files;
      this.#picker.value = "";
      if (!file) return;
      delete this.#note.dataset.text;
      this.#note.textContent = "";
      if (file.size > MOST_BYTES) word(this.#note, "refused_file_too_large");
      else if (!file.size) word(this.#note, "refused_file_empty");
      else await send(file, file.name.slice(-LONGEST_NAME));
      done();
    });
  }

  allow(isTaken) {
    this.#button.hidden = !isTaken;
  }
}
