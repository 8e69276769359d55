// The text field: what Enter does, how long a message may be, editing what was said, the draft.

import { touch } from "/page/browser.js";
import { hold } from "/page/hold.js";
import { label, say } from "/page/texts.js";

const LIMIT = 4000;
const COUNTER_FROM = 3600;
const DRAFT = "draft";

export class Composer {
  #form;
  #field = document.getElementById("composer");
  #button = document.getElementById("send");
  #counter = document.getElementById("counter");
  #bar = document.getElementById("editing");
  #actions;
  #editing = null;

  /** `actions`: `say(text)`, `change(bubble, text)`, `lastEditable()`. */
  constructor(form, actions) {
    this.#form = form;
    this.#actions = actions;
    this.#field.value = hold().get(DRAFT) ?? "";
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    // A tap on the button must not close the virtual keyboard by taking the focus.
    this.#button.addEventListener("pointerdown", (event) => event.preventDefault());
    document.getElementById("cancel-edit").addEventListener("click", () => this.stopEditing());
    this.retell();
    this.#changed();
  }

  /** Whether something is written that was not sent. */
  get isEmpty() {
    return this.#field.value.trim() === "";
  }

  clear() {
    if (this.#editing) this.stopEditing();
    this.#field.value = "";
    this.#count();
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  /** Where the focus goes by itself: not into the field on a phone, whose keyboard would cover the message. */
  focusUnlessTouch() {
    if (!touch()) this.focus();
  }

  /** Begins to edit a message: what it says, or `text`, an earlier attempt. */
  edit(bubble, text = bubble.text) {
    this.#editing = bubble;
    this.#bar.hidden = false;
    this.#bar.querySelector(".quote").textContent = bubble.text;
    this.#field.value = text;
    this.retell();
    this.#changed();
    this.focus();
    this.#field.setSelectionRange(text.length, text.length);
  }

  stopEditing() {
    this.#editing = null;
    this.#bar.hidden = true;
    this.#field.value = hold().get(DRAFT) ?? "";
    this.retell();
    this.#changed();
    this.focus();
  }

  /** Puts words back for another try, before what is being typed. */
  takeBack(text) {
    if (this.#editing) this.stopEditing();
    this.#field.value = [text, this.#field.value].filter(Boolean).join("\n");
    this.#changed();
    this.focus();
  }

  retell() {
    label(this.#button, this.#editing ? "send_edit" : "send");
    this.#count();
  }

  #key(event) {
    // 229: the key belongs to the input method, which some browsers say only this way.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.#editing) {
      event.preventDefault();
      this.stopEditing();
    } else if (event.key === "ArrowUp" && this.#field.value === "" && !this.#editing) {
      const bubble = this.#actions.lastEditable();
      if (!bubble) return;
      event.preventDefault();
      this.edit(bubble);
    }
  }

  #submit() {
    const text = this.#field.value.trim();
    if (!text || this.#length() > LIMIT) return;
    const bubble = this.#editing;
    if (bubble) {
      this.stopEditing();
      if (text !== bubble.text) this.#actions.change(bubble, text);
      return;
    }
    this.#field.value = "";
    this.#changed();
    this.#actions.say(text);
    this.focus();
  }

  #changed() {
    if (!this.#editing) hold().set(DRAFT, this.#field.value);
    this.#count();
    this.#field.style.height = "auto";
    const borders = this.#field.offsetHeight - this.#field.clientHeight;
    this.#field.style.height = `${this.#field.scrollHeight + borders}px`;
  }

  /** In characters as the server counts them: an emoji is one, not JavaScript's two. */
  #length() {
    return Array.from(this.#field.value.trim()).length;
  }

  #count() {
    const count = this.#length();
    const over = count - LIMIT;
    this.#counter.hidden = count < COUNTER_FROM;
    this.#counter.classList.toggle("over", over > 0);
    this.#counter.textContent = say(over > 0 ? "counter_over" : "counter", { count, over, limit: LIMIT });
    this.#field.setAttribute("aria-invalid", String(over > 0));
    this.#button.disabled = count === 0 || over > 0;
    this.#form.classList.toggle("counting", !this.#counter.hidden);
    this.#form.classList.toggle("empty", count === 0 && !this.#editing); // where the microphone takes the button's place
  }
}
