// The console's text field: Enter, what was typed before with the arrow keys, and a file that goes with a command.

import { session } from "/page/browser.js";
import { placeholder, say } from "/page/texts.js";

const LIMIT = 2000;
const CAPTION_LIMIT = 1024;
const MOST_BYTES = 2 * 1024 * 1024;
const KINDS = /\.(ya?ml|csv|xlsx)$/i;
const DRAFT = "xumian.staff.draft";
const LONGEST_NAME = 150;

const find = (id) => document.getElementById(id);

export class CommandLine {
  isOpen = false;
  #form;
  #field = find("line");
  #button = find("give");
  #picker = find("file");
  #attached = find("attached");
  #note = find("command-note");
  #actions;
  #file = null;
  #at = null; // where in the history; null: not there
  #drags = 0;

  /** `actions`: `say(text)`, `send(file, text)`, `history()` (oldest first). */
  constructor(form, actions) {
    this.#form = form;
    this.#actions = actions;
    this.#field.value = session.get(DRAFT) ?? "";
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#field.addEventListener("paste", (event) => this.#pasted(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#button.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the virtual keyboard
    find("attach").addEventListener("click", () => this.#picker.click());
    this.#picker.addEventListener("change", () => this.#take(this.#picker.files));
    find("detach").addEventListener("click", () => {
      this.#attach(null);
      this.focus();
    });
    this.#acceptDrops(find("recruiter"));
    this.#changed();
  }

  /** Whether commands can be given here. */
  open(possible) {
    this.isOpen = Boolean(possible);
    this.#form.hidden = !this.isOpen;
    this.#changed(); // hidden, it had no height
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  /** Puts a line into the field, for another try. */
  takeBack(text) {
    this.#put(text);
    this.focus();
  }

  #key(event) {
    // 229: the key belongs to the input method, which some browsers say only this way.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      this.#walk(event);
    }
  }

  /** From an empty field, or on from a line of the history. */
  #walk(event) {
    const lines = this.#actions.history();
    const up = event.key === "ArrowUp";
    if (this.#at === null && (!up || this.#field.value !== "")) return;
    const to = (this.#at ?? lines.length) + (up ? -1 : 1);
    if (to < 0) return;
    event.preventDefault();
    this.#put(lines[to] ?? "");
    this.#at = to < lines.length ? to : null;
  }

  #put(text) {
    this.#field.value = text;
    this.#typed();
    this.#field.setSelectionRange(text.length, text.length);
  }

  #typed() {
    this.#at = null;
    this.#tell("");
    this.#changed();
  }

  #submit() {
    const text = this.#field.value.trim();
    const limit = this.#file ? CAPTION_LIMIT : LIMIT;
    if (Array.from(text).length > limit) return this.#tell("console_too_long", { limit });
    if (!text && !this.#file) return;
    const file = this.#file;
    this.#attach(null);
    this.#put("");
    if (file) this.#actions.send(file, text);
    else this.#actions.say(text);
    this.focus();
  }

  #changed() {
    session.set(DRAFT, this.#field.value);
    this.#button.disabled = !this.#field.value.trim() && !this.#file;
    this.#field.style.height = "auto";
    const borders = this.#field.offsetHeight - this.#field.clientHeight;
    this.#field.style.height = `${this.#field.scrollHeight + borders}px`;
  }

  // files

  #take(files) {
    const [file] = files;
    this.#picker.value = ""; // the same file can be chosen again
    if (!file) return;
    if (files.length > 1) return this.#tell("console_one_file");
    if (!KINDS.test(file.name)) return this.#tell("console_file_kind");
    if (file.size > MOST_BYTES) return this.#tell("console_refused_too_large");
    if (file.size === 0) return this.#tell("console_refused_empty");
    if (Array.from(file.name).length > LONGEST_NAME) return this.#tell("console_file_name");
    this.#tell("");
    this.#attach(file);
    this.focus();
  }

  #attach(file) {
    this.#file = file;
    this.#attached.hidden = !file;
    this.#attached.querySelector(".file-name").textContent = file?.name ?? "";
    placeholder(this.#field, file ? "console_placeholder_file" : "console_placeholder");
    this.#changed();
  }

  #pasted(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    this.#take(event.clipboardData.files);
  }

  #acceptDrops(pane) {
    const carriesFiles = (event) => this.isOpen && event.dataTransfer?.types.includes("Files");
    const show = (drags) => {
      this.#drags = Math.max(0, drags); // entering a child comes before leaving its parent
      pane.classList.toggle("dropping", this.#drags > 0);
    };
    pane.addEventListener("dragenter", (event) => carriesFiles(event) && show(this.#drags + 1));
    pane.addEventListener("dragleave", (event) => carriesFiles(event) && show(this.#drags - 1));
    pane.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
    pane.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      show(0);
      this.#take(event.dataTransfer.files);
    });
  }

  #tell(key, values = {}) {
    this.#note.hidden = !key;
    this.#note.textContent = key ? say(key, values) : "";
  }
}
