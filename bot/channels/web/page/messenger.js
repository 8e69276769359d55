// The web messenger: puts the connection, the outbox and what is seen together.

import { appearance } from "/page/appearance.js";
import { newId, personKey, startToken, startWelcomed, takeStart, touch } from "/page/browser.js";
import { Circumstances } from "/page/circumstances.js";
import { Composer } from "/page/composer.js";
import { Connection } from "/page/connection.js";
import { Log } from "/page/log.js";
import { Menu } from "/page/menu.js";
import { Outbox } from "/page/outbox.js";
import * as recordings from "/page/recordings.js";
import { RecruiterPane } from "/page/recruiter.js";
import { Scroller } from "/page/scroller.js";
import { label, language, loadTexts, onLanguage, say, setLanguage, tellAll, word } from "/page/texts.js";
import { upload } from "/page/upload.js";
import { Voice } from "/page/voice.js";

const BANNER_AFTER_MS = 800;
const BANNER_STAYS_MS = 2500;
const TYPING_MS = 5000;

const find = (id) => document.getElementById(id);

class Messenger {
  #list = find("messages");
  #scroller = new Scroller(this.#list, find("newer"));
  #recruiter = new RecruiterPane();
  #title = {};
  #state = "connecting";
  #wasLost = false;
  #catchingUp = true;
  #bannerTimer = null;
  #typingTimer = null;
  #unread = 0;
  #sentStart = null;

  constructor() {
    this.log = new Log(this.#list, find("hint"), {
      press: (token, name) => this.#say({ choice: token, label: name }),
      edit: (bubble) => this.composer.edit(bubble),
      again: (entry) => this.#again(entry),
      takeBack: (entry) => this.#takeBack(entry),
      discard: (entry) => this.#discard(entry),
      recording: (id) => recordings.recording(id).catch(() => null),
      isOnWire: (id) => this.outbox.isOnWire(id),
      focusLost: () => (touch() ? this.#list.focus({ preventScroll: true }) : this.composer.focus()),
    });
    this.connection = new Connection({
      hello: () => this.#hello(),
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => this.#connectionIs(state),
    });
    this.circumstances = new Circumstances((frame) => this.connection.send(frame));
    const ways = {
      send: (frame) => this.connection.send(frame),
      carry: (entry, signal) => this.#carry(entry, signal),
    };
    this.outbox = new Outbox(ways, {
      added: (entry) => this.#changed(() => this.log.showEntry(entry, this.#state === "online")),
      confirmed: (entry) => this.#changed(() => this.#confirmed(entry)),
      refused: (entry) => this.#changed(() => this.log.refuse(entry)),
      removed: (entry) => this.#changed(() => this.log.remove(entry)),
      held: (entry, attempts) => this.#changed(() => this.log.held(entry, attempts)),
    });
    this.composer = new Composer(find("compose"), {
      say: (text) => this.#say({ text }),
      change: (bubble, text) => this.#say({ edit: bubble.id, text }),
      lastEditable: () => this.log.lastEditable(),
    });
    this.voice = new Voice({
      send: (blob, ms) => this.#speak(blob, ms),
      done: () => this.composer.focusUnlessTouch(),
    });
    new Menu({
      onChoose: (command, name) => this.#say({ text: command, label: name }),
      onClose: () => this.composer.focusUnlessTouch(),
    });
    this.#showKept();
    recordings.sweep(new Set(this.outbox.all().map((entry) => entry.id)));
    this.#wire();
  }

  #wire() {
    onLanguage(() => this.#retell());
    find("language").addEventListener("click", () => {
      const other = language() === "zh" ? "en" : "zh";
      setLanguage(other);
      this.outbox.add({ text: `/language ${other}` }, { silent: true });
    });
    find("again").addEventListener("click", () => {
      find("denied").hidden = true;
      find("app").hidden = false;
      this.connection.restart();
    });
    document.addEventListener("visibilitychange", () => this.#countUnread(0));
  }

  #hello() {
    this.#catchingUp = true;
    this.#sentStart = startToken();
    return {
      hello: { key: personKey(), after: this.log.lastSeq, start: this.#sentStart, language: navigator.language },
    };
  }

  #receive(frame) {
    if (frame.item) this.#item(frame.item);
    else if (frame.welcome) this.#welcome(frame.welcome);
    else if ("caughtup" in frame) this.#caughtUp(frame.caughtup);
    else if ("ack" in frame) this.outbox.confirmed(frame.ack);
    else if ("refused" in frame) this.outbox.refused(frame.refused, frame.why);
    else if ("retry" in frame) this.outbox.later(frame.retry, frame.after_s);
    else if ("language" in frame) setLanguage(frame.language);
    else if (frame.circumstances) this.circumstances.agreed();
    else if ("denied" in frame) this.#denied();
  }

  #welcome({ title, recruiter, voice }) {
    startWelcomed(this.#sentStart);
    this.#title = title ?? {};
    this.#retell();
    if (recruiter) this.#recruiter.open();
    if (voice) this.voice.open();
  }

  #item(item) {
    const isNew = this.log.receive(item);
    if (item.from !== "me") this.#stopTyping();
    if (this.#catchingUp) return;
    if (!isNew) return this.#scroller.follow();
    this.#scroller.announce();
    if (item.from !== "me" && item.edits) this.#scroller.follow(); // it stands where it stood
    else this.#scroller.reveal(this.log.newest);
    if (document.hidden) this.#countUnread(this.#unread + 1);
  }

  #caughtUp(seq) {
    this.#catchingUp = false;
    if (seq < this.log.lastSeq) {
      this.log.clear();
      this.connection.restart();
      return;
    }
    this.#showKept();
    this.#scroller.reveal(this.log.newest);
    this.#list.setAttribute("aria-busy", "false");
    this.outbox.opened();
    this.#hint();
  }

  #showKept() {
    for (const entry of this.outbox.all()) this.log.showEntry(entry, this.#state === "online");
  }

  #denied() {
    find("app").hidden = true;
    find("denied").hidden = false;
    this.connection.end();
    word(find("denied-why"), "denied_why");
    find("denied").querySelector("h1").focus();
  }

  #say(said) {
    this.outbox.add(said);
    this.#scroller.toEnd();
  }

  /** First the recording is safe, then it counts as said. */
  async #speak(blob, ms) {
    const id = newId();
    await recordings.keep(id, blob);
    this.outbox.add({ voice: Math.max(1, ms) }, { id });
    this.#scroller.toEnd();
  }

  async #carry(entry, signal) {
    try {
      const blob = await recordings.recording(entry.id);
      if (!blob) return { refused: "gone" };
      const progress = (part) => this.log.progress(entry.id, part);
      return await upload({ id: entry.id, ms: entry.said.voice, blob, signal, progress });
    } catch {
      return { again: 2 }; // the browser's storage does not answer now
    }
  }

  /** A recording that was refused has not been stored: it may come again under its own name. */
  #again(entry) {
    this.outbox.discard(entry);
    if (!entry.said.voice) return this.#say(entry.said);
    this.outbox.add(entry.said, { id: entry.id });
    this.#scroller.toEnd();
  }

  #discard(entry) {
    this.outbox.discard(entry);
    if (entry.said.voice) recordings.discard(entry.id);
  }

  #takeBack(entry) {
    this.outbox.discard(entry);
    const edited = this.log.bubble(entry.said.edit);
    if (edited) this.composer.edit(edited, entry.said.text);
    else this.composer.takeBack(entry.said.text);
  }

  #confirmed(entry) {
    this.log.confirm(entry);
    if (entry.said.voice) recordings.release(entry.id);
    if (entry.silent || this.#catchingUp) return;
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.#stopTyping(), TYPING_MS); // not everything is answered
  }

  #stopTyping() {
    clearTimeout(this.#typingTimer);
    this.#typingTimer = null;
    this.#hint();
  }

  #changed(show) {
    show();
    this.#hint();
    this.#scroller.follow();
  }

  /** Three dots while an answer may come, and a word while something of ours is not stored yet. */
  #hint() {
    const hint = find("hint");
    const saving = this.outbox.waiting;
    hint.hidden = this.#state !== "online" || this.#catchingUp || !(saving || this.#typingTimer !== null);
    if (!hint.hidden) word(hint.querySelector(".hint-word"), saving ? "hint_saving" : "hint_typing");
  }

  #connectionIs(state) {
    this.#state = state;
    const shown = find("connection");
    shown.dataset.state = state;
    word(shown.querySelector(".state-word"), `connection_${state}`);
    if (state !== "online") {
      this.outbox.closed();
      this.circumstances.offline();
    }
    this.log.setOnline(state === "online");
    this.#hint();
    this.#banner(state);
  }

  #banner(state) {
    const banner = find("banner");
    if (state === "online") {
      clearTimeout(this.#bannerTimer);
      this.#bannerTimer = null;
      if (!this.#wasLost) return;
      this.#wasLost = false;
      banner.dataset.kind = "back";
      word(banner, "banner_back");
      this.#bannerTimer = setTimeout(() => this.#clearBanner(), BANNER_STAYS_MS);
    } else if (!this.#wasLost && state === "offline" && find("denied").hidden) {
      clearTimeout(this.#bannerTimer);
      this.#bannerTimer = setTimeout(() => {
        this.#wasLost = true;
        banner.dataset.kind = "lost";
        word(banner, "banner_lost");
      }, BANNER_AFTER_MS);
    }
  }

  #clearBanner() {
    const banner = find("banner");
    delete banner.dataset.text;
    banner.textContent = "";
  }

  #retell() {
    const title = this.#title[language()] ?? this.#title.en ?? this.#title.zh ?? "";
    find("title").textContent = title;
    const button = find("language");
    word(button, "switch_language");
    label(button, "switch_language_label");
    this.composer.retell();
    this.#countUnread(this.#unread);
  }

  #countUnread(unread) {
    this.#unread = document.hidden ? unread : 0;
    const title = find("title").textContent || say("tab_chat");
    document.title = this.#unread ? `(${this.#unread}) ${title}` : title;
  }
}

/** iOS lays its keyboard over the page instead of shrinking it; other browsers do as the viewport tag says. */
function fitKeyboard() {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const fit = () => {
    const covered = viewport.scale === 1 && innerHeight - viewport.height > 80;
    document.documentElement.style.setProperty("--height", covered ? `${viewport.height}px` : "");
    if (covered) scrollTo(0, 0);
  };
  viewport.addEventListener("resize", fit);
}

takeStart();
appearance(find("theme"));
fitKeyboard();
await loadTexts();
find("app").hidden = false;
const messenger = new Messenger();
tellAll();
messenger.connection.open();
messenger.composer.focusUnlessTouch();
