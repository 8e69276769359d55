// A shared computer: who sits down says whether they go on or begin, and whoever has gone leaves nothing behind.

import { intend, LEFT_MS } from "/page/arrive.js";
import { kioskAddress } from "/page/hold.js";
import { language, onLanguage, say, setLanguage, word } from "/page/texts.js";

const WARN_MS = 90_000;
const OVER_MS = 30_000;
const LOOK_MS = 1000;
const NOTED_MS = 10_000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchmove"];

const find = (id) => document.getElementById(id);

/** The question before the interview. Every choice but to go on loads the page anew: nothing is left of what was. */
export class Gate {
  #page = find("gate");
  #code = find("gate-code");
  #kiosk;
  #title = null;
  #onContinue = null;

  /** `kiosk`: the campaign's code. */
  constructor(kiosk) {
    this.#kiosk = kiosk;
    onLanguage(() => this.#tell());
    find("gate-continue").addEventListener("click", () => {
      this.#page.hidden = true;
      this.#onContinue();
    });
    find("gate-new").addEventListener("click", () => this.#leave({}));
    find("gate-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const code = this.#code.value.trim();
      if (code) this.#leave({ code });
    });
    find("gate-language").addEventListener("click", () => setLanguage(language() === "zh" ? "en" : "zh"));
  }

  /** `onContinue` shows what is still there; null where nothing is. `title` is the interview's. */
  open(onContinue, title) {
    this.#onContinue = onContinue;
    this.#title = title ?? this.#title;
    find("gate-continue").hidden = onContinue === null;
    word(find("gate-new"), onContinue ? "gate_new" : "gate_start");
    this.#page.hidden = false;
    this.#tell();
    this.#page.querySelector("h1").focus();
  }

  /** The code that was typed leads nowhere, or too many were tried. */
  refuse(why) {
    word(find("gate-problem"), why === "too_many" ? "gate_too_many" : "gate_wrong_code");
    this.#code.focus();
  }

  #tell() {
    find("gate-title").textContent = this.#title?.[language()] ?? this.#title?.en ?? this.#title?.zh ?? "";
  }

  #leave(intent) {
    intend({ kiosk: this.#kiosk, ...intent });
    location.replace(kioskAddress(this.#kiosk));
  }
}

/** Watches whether somebody is there. */
export class Watch {
  #hold;
  #actions;
  #dialog = find("still-there");
  #last = Date.now();
  #noted = 0;
  #over = false;
  #ended = new AbortController();
  #timer = setInterval(() => this.#look(), LOOK_MS);

  /** `actions`: `busy()` (they speak), `away()` (they look at something else), `gone()` (nobody is there any more). */
  constructor(hold, actions) {
    this.#hold = hold;
    this.#actions = actions;
    const { signal } = this.#ended;
    for (const kind of SIGNS) addEventListener(kind, () => this.#sign(), { passive: true, signal });
    const left = () => document.hidden && !this.#over && actions.away();
    document.addEventListener("visibilitychange", left, { signal });
    addEventListener("pageshow", (event) => event.persisted && !this.#over && actions.away(), { signal });
    find("finish").addEventListener("click", () => this.#gone(), { signal });
    this.#sign();
  }

  /** The interview is over: a short thanks, then it is the next one's turn. */
  over(isOver) {
    if (isOver === this.#over) return;
    this.#over = isOver;
    find("thanks").hidden = !isOver;
    this.#sign();
  }

  stop() {
    this.#ended.abort();
    clearInterval(this.#timer);
    this.#dialog.close();
    find("thanks").hidden = true;
  }

  #sign() {
    this.#last = Date.now();
    if (this.#dialog.open) this.#dialog.close();
    if (this.#last - this.#noted < NOTED_MS) return;
    this.#noted = this.#last;
    this.#hold.update({ seen: this.#last });
  }

  #look() {
    if (this.#actions.busy()) return this.#sign();
    const quiet = Date.now() - this.#last;
    const left = Math.ceil(((this.#over ? OVER_MS : LEFT_MS) - quiet) / 1000);
    if (left <= 0) return this.#gone();
    if (this.#over) find("thanks-left").textContent = say("kiosk_left", { left });
    else if (quiet >= WARN_MS && find("gate").hidden) this.#ask(left);
  }

  #ask(left) {
    find("still-left").textContent = say("kiosk_left", { left });
    if (this.#dialog.open) return;
    this.#dialog.showModal();
    find("still-here").focus();
  }

  #gone() {
    this.stop();
    this.#actions.gone();
  }
}
