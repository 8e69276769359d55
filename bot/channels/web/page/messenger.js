// The web messenger: puts the connection, the outbox and what is seen together.

import { Attach } from "/page/attach.js";
import { newId, touch } from "/page/browser.js";
import { Circumstances } from "/page/circumstances.js";
import { Composer } from "/page/composer.js";
import { Connection } from "/page/connection.js";
import { hold, holds } from "/page/hold.js";
import { Line } from "/page/line.js";
import { Log } from "/page/log.js";
import { Menu } from "/page/menu.js";
import { isCarried, Outbox } from "/page/outbox.js";
import { isOver, PlaceBar } from "/page/place.js";
import * as recordings from "/page/recordings.js";
import { notify } from "/page/reminder.js";
import { Scroller } from "/page/scroller.js";
import { label, language, onLanguage, say, setLanguage, word } from "/page/texts.js";
import { upload } from "/page/upload.js";
import { Voice } from "/page/voice.js";

const TYPING_MS = 15_000;

const find = (id) => document.getElementById(id);

export class Messenger {
  #list = find("messages");
  #scroller = new Scroller(this.#list, find("newer"));
  #place = new PlaceBar();
  #line = new Line();
  #recruiter = null;
  #title = {};
  #state = "connecting";
  #keepsFiles = false;
  #catchingUp = true;
  #typingTimer = null;
  #unread = 0;
  #sentStart = null;
  #page;

  /**
   * `page` is told of what is not part of the conversation: `denied(why)`, `kiosk(code, title)` (somebody has to say
   * first that they begin), `former(token)` (the link belongs to the key of an earlier version), `welcomed(kiosk)`
   * and `over(isOver)`.
   */
  constructor(page) {
    this.#page = page;
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
      confirmed: (entry, answer) => this.#changed(() => this.#confirmed(entry, answer)),
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
    this.attach = new Attach({
      send: (file, name) => this.#attach(file, name),
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
    find("continue-here").addEventListener("click", () => this.connection.restart());
    document.addEventListener("visibilitychange", () => this.#countUnread(0));
  }

  /** Whether something was said, or is written, that the server does not have. */
  get unsent() {
    return this.outbox.all().some((entry) => !entry.silent) || !this.composer.isEmpty || this.voice.recording;
  }

  /** Nothing more is sent, and nothing shown: the page is given up. */
  close() {
    this.outbox.stop();
    this.voice.stop();
    this.circumstances.offline();
    this.connection.end();
    this.#recruiter?.close();
    this.#line.clear();
    clearTimeout(this.#typingTimer);
    this.log.clear();
    this.composer.clear();
    this.#place.clear();
    this.#title = {};
    this.#retell();
  }

  #hello() {
    this.#catchingUp = true;
    this.#sentStart = hold().start;
    const { key, kiosk, welcomed } = hold().record ?? {};
    const former = welcomed ? undefined : holds().find((each) => each.record.former && each.id !== hold().id)?.key;
    const { language: speaks } = navigator;
    const after = this.log.lastSeq;
    return { hello: { key, after, start: this.#sentStart, language: speaks, former, begin: Boolean(kiosk) } };
  }

  #receive(frame) {
    if (frame.item) this.#item(frame.item);
    else if (frame.welcome) this.#welcome(frame.welcome);
    else if ("caughtup" in frame) this.#caughtUp(frame.caughtup);
    else if (frame.place) this.#stands(frame.place);
    else if ("ack" in frame) this.outbox.confirmed(frame.ack, frame.answer && this.log.lastBotSeq < frame.seq);
    else if ("refused" in frame) this.outbox.refused(frame.refused, frame.why);
    else if ("retry" in frame) this.outbox.later(frame.retry, frame.after_s);
    else if ("language" in frame) setLanguage(frame.language);
    else if (frame.circumstances) this.circumstances.agreed();
    else if (frame.kiosk) this.#page.kiosk(frame.kiosk, frame.title);
    else if ("denied" in frame) this.#page.denied(frame.denied);
  }

  #welcome({ title, recruiter, voice, use, kiosk }) {
    if (use) return this.#page.former(this.#sentStart);
    hold().startWelcomed(this.#sentStart);
    hold().update({ welcomed: true, title });
    this.#title = title ?? {};
    this.#keepsFiles = Boolean(voice);
    find("place").hidden = false;
    this.#retell();
    this.#page.welcomed(kiosk);
    if (recruiter) this.#openRecruiter();
  }

  async #openRecruiter() {
    if (this.#recruiter) return;
    for (const id of ["recruiter", "tabs"]) find(id).hidden = false;
    document.body.classList.add("with-recruiter"); // before the first message, so that it stays where it is
    await import("/page/late/recruiter.js");
    this.#recruiter = new globalThis.xumian["recruiter.js"].RecruiterPane();
    this.#recruiter.open();
  }

  #stands(place) {
    this.#place.show(place);
    this.voice.allow(Boolean(place.voice && this.#keepsFiles));
    this.attach.allow(Boolean(place.files && this.#keepsFiles));
    this.#page.over(isOver(place));
  }

  #item(item) {
    find("ghosts")?.remove();
    const isNew = this.log.receive(item);
    if (item.from !== "me") this.#stopTyping();
    if (this.#catchingUp) return;
    if (!isNew) return this.#scroller.follow();
    this.#scroller.announce();
    if (item.from !== "me" && item.edits) this.#scroller.follow(); // it stands where it stood
    else this.#scroller.reveal(this.log.newest);
    if (!document.hidden) return;
    this.#countUnread(this.#unread + 1);
    if (item.from !== "me") notify(find("title").textContent);
  }

  #caughtUp(seq) {
    this.#catchingUp = false;
    find("ghosts")?.remove();
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

  async #attach(file, name) {
    const id = newId();
    await recordings.keep(id, file);
    this.outbox.add({ file: { name, type: file.type } }, { id });
    this.#scroller.toEnd();
  }

  async #carry(entry, signal) {
    try {
      const blob = await recordings.recording(entry.id);
      if (!blob) return { refused: "gone" };
      const progress = (part) => this.log.progress(entry.id, part);
      return await upload({ id: entry.id, said: entry.said, blob, signal, progress });
    } catch {
      return { again: 2 }; // the browser's storage does not answer now
    }
  }

  /** A recording or file that was refused has not been stored: it may come again under its own name. */
  #again(entry) {
    this.outbox.discard(entry);
    if (!isCarried(entry)) return this.#say(entry.said);
    this.outbox.add(entry.said, { id: entry.id });
    this.#scroller.toEnd();
  }

  #discard(entry) {
    this.outbox.discard(entry);
    if (isCarried(entry)) recordings.discard(entry.id);
  }

  #takeBack(entry) {
    this.outbox.discard(entry);
    const edited = this.log.bubble(entry.said.edit);
    if (edited) this.composer.edit(edited, entry.said.text);
    else this.composer.takeBack(entry.said.text);
  }

  #confirmed(entry, answer) {
    this.log.confirm(entry);
    if (isCarried(entry)) recordings.release(entry.id);
    if (entry.silent || this.#catchingUp || !answer) return;
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.#stopTyping(), TYPING_MS);
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

  /** Three dots while an answer is on its way, and a word while something of ours is not stored yet. */
  #hint() {
    const hint = find("hint");
    const saving = this.outbox.waiting;
    hint.hidden = this.#state !== "online" || this.#catchingUp || !(saving || this.#typingTimer !== null);
    if (!hint.hidden) word(hint.querySelector(".hint-word"), saving ? "hint_saving" : "hint_typing");
  }

  #connectionIs(state) {
    this.#state = state;
    if (state !== "online") {
      this.outbox.closed();
      this.circumstances.offline();
    }
    this.log.setOnline(state === "online");
    this.#hint();
    this.#line.show(state);
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
