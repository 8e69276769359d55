// One message as a bubble: how it looks, not where it stands.

import { minutes, Player } from "/page/player.js";
import { element, icon, rich, setIcon } from "/page/rich.js";
import { SentFile } from "/page/sent.js";
import { clock, dayOf, label, word } from "/page/texts.js";

/** What is no answer to what was asked: there, but not in the way. */
const ASIDE = new Set([
  "leave", "support", "later", "privacy", "language", "nevermind", "reason.skipped", "skip", "undo", "asbefore",
  "question",
]);
const REFUSALS = new Set([
  "too_long", "malformed", "too_fast", "no_consent", "over", "unknown", "too_large", "empty", "gone", "waits",
  "no_files", "no_space",
]);

export class Bubble {
  seq = null;
  edited = false;
  #body;
  #meta;
  #state = null;
  #problem = null;
  #player = null;
  #progress = null;
  #file = null;

  /** `message`: from, at, text, bold, id, `editable`, `voice`, a voice message's duration in ms, and `file`. */
  constructor(message, { onEdit }) {
    this.id = message.id;
    this.from = message.from;
    this.voice = message.voice ?? 0;
    this.text = this.voice ? `🎤 ${minutes(Math.max(1000, this.voice))}` : message.text;
    this.at = message.at;
    this.editable = message.editable ?? false;
    this.#body = element("div", "text", rich(this.text, message.bold, message.from === "bot"));
    this.#body.dir = "auto";
    this.#meta = element("div", "meta", clock(message.at));
    const who = word(element("span", "unseen"), message.from === "me" ? "from_me" : "from_bot");
    const box = element("div", "bubble", who, this.#body, this.#meta);
    if (message.file) {
      this.#file = new SentFile(message.file);
      this.#meta.before(this.#file.node);
    }
    this.node = element("div", `row ${message.from}`, box);
    this.node.bubble = this;
    if (message.id) this.node.dataset.id = message.id;
    if (this.editable) this.#offerEdit(onEdit);
  }

  get day() {
    return dayOf(this.at);
  }

  get state() {
    return this.node.dataset.state;
  }

  /** "sending", "waiting" (no connection), "sent" or "refused". */
  set state(state) {
    if (this.node.dataset.state === state) return;
    this.node.dataset.state = state;
    if (!this.#state) {
      this.#state = { icon: icon("sending"), word: element("span", "state-word") };
      this.#meta.append(element("span", "state", this.#state.word, this.#state.icon));
    }
    setIcon(this.#state.icon, state === "waiting" ? "sending" : state);
    word(this.#state.word, `state_${state}`);
    if (state === "sent") this.clearProblem();
    if (state === "sent" || state === "refused") this.#arrived();
  }

  /** How much of a recording has left, from 0 to 1. */
  set progress(part) {
    if (!this.#progress) {
      this.#progress = label(element("progress"), "voice_progress");
      this.#meta.before(this.#progress);
    }
    this.#progress.value = part;
  }

  /** It can be listened to; `source` as for a Player. */
  offerPlayer(source) {
    if (this.#player) return;
    this.#player = new Player(source, this.voice);
    this.#body.before(this.#player.node);
  }

  /** Its file is with the server now. */
  fileStored(file) {
    this.#file?.stored(file);
  }

  /** The bubble leaves the page. */
  close() {
    this.#player?.close();
    this.#file?.close();
    this.node.remove();
  }

  /** A message of the bot says something else now. */
  rewrite(text, bold) {
    this.text = text;
    this.#body.replaceChildren(rich(text, bold, true));
  }

  /** What the recipient has: an edit that was stored. */
  confirmText(text, { show = true } = {}) {
    this.text = text;
    if (show) this.showText(text);
    this.#markEdited();
    this.clearProblem();
  }

  /** An edit under way shows at once; `revert()` puts the stored text back. */
  showText(text) {
    this.#body.replaceChildren(rich(text));
  }

  revert() {
    this.showText(this.text);
    this.state = "sent";
  }

  /** Says what happened (where `heading` is not null) and why; offers `actions`: [text key, function] each. */
  showProblem(heading, why, actions) {
    this.clearProblem();
    const reason = REFUSALS.has(why) ? `refused_${why}` : "refused_other";
    const buttons = actions.map(([key, act]) => {
      const button = word(element("button", "link"), key);
      button.type = "button";
      button.addEventListener("click", act);
      return button;
    });
    const line = element("p", "", word(element("span"), reason));
    if (heading) line.prepend(word(element("strong"), heading), " ");
    this.#problem = element("div", "problem", line, ...buttons);
    this.node.append(this.#problem);
  }

  clearProblem() {
    this.#problem?.remove();
    this.#problem = null;
  }

  #arrived() {
    this.#progress?.remove();
    this.#progress = null;
  }

  #markEdited() {
    if (this.edited) return;
    this.edited = true;
    this.#meta.prepend(word(element("span", "edited"), "edited"));
  }

  #offerEdit(onEdit) {
    const button = label(element("button", "edit", icon("pencil")), "edit");
    button.type = "button";
    button.addEventListener("click", () => onEdit(this));
    this.node.prepend(button);
  }
}

/** The buttons below a message of the bot. */
export class Choices {
  #pressed = null;
  #locked = false;
  #timer = null;
  live = true;

  constructor(choices, onPress) {
    this.choices = choices;
    this.node = label(element("div", "choices"), "choices");
    this.node.setAttribute("role", "group");
    const review = choices.some(([token]) => token.startsWith("handin@"));
    choices.forEach(([token, name]) => {
      const meaning = token.split("@")[0];
      const aside = ASIDE.has(meaning) || (meaning.startsWith("change.") && !review && choices.length > 1);
      const button = element("button", aside ? "choice aside" : "choice", name);
      if (meaning.startsWith("option.")) this.node.classList.add("options");
      button.type = "button";
      button.dataset.token = token;
      button.addEventListener("click", () => {
        if (this.live && !this.#locked) onPress(token, name, this);
      });
      this.node.append(button);
    });
  }

  offers(text) {
    return this.choices.some(([, name]) => name === text);
  }

  /** Remembers what was chosen, so that the history reads as a conversation. */
  choose(name) {
    this.#pressed = name;
    for (const button of this.node.children) button.classList.toggle("chosen", button.textContent === name);
  }

  /** Against double taps. `aria-disabled`, not `disabled`: the focus must not fall off the page. */
  lock() {
    this.#locked = true;
    this.#tell();
  }

  unlock(afterMs = 0) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#locked = false;
      this.#tell();
    }, afterMs);
  }

  /** Something newer offers choices. Answers whether the focus was here and is now nowhere. */
  retire() {
    const focused = this.node.contains(document.activeElement);
    this.live = false;
    clearTimeout(this.#timer);
    this.node.classList.add("past");
    for (const button of this.node.children) {
      button.removeAttribute("aria-disabled");
      button.disabled = true;
    }
    return focused;
  }

  #tell() {
    if (!this.live) return;
    for (const button of this.node.children) {
      if (this.#locked) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }
}
