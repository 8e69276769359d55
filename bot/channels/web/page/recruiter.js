// The second pane: what the recruiter is sent, and the console in which commands are given. Over a connection of its
// own.

import { kept, touch } from "/page/browser.js";
import { Cards } from "/page/cards.js";
import { CommandLine } from "/page/command.js";
import { Connection } from "/page/connection.js";
import { Dispatch } from "/page/dispatch.js";
import { RatingKeys } from "/page/rating.js";
import { Scroller } from "/page/scroller.js";
import { language } from "/page/texts.js";

const SEEN = "xumian.staff.seen";
const find = (id) => document.getElementById(id);

export class RecruiterPane {
  #list = find("notices");
  #badge = document.querySelector("#tabs .badge");
  #tabs = [...document.querySelectorAll(".tab")];
  #panes = find("panes");
  #scroller = new Scroller(this.#list, find("newer-notices"));
  #connection = null;
  #cards;
  #dispatch;
  #line;
  #catchingUp = true;
  #unread = 0;

  constructor() {
    for (const tab of this.#tabs) {
      tab.addEventListener("click", () => this.#turnTo(tab.dataset.pane));
      tab.disabled = false; // until now a tap would have been lost
    }
    this.#cards = new Cards(this.#list, {
      press: (token, label) => this.#say({ choice: token, label }),
      again: (entry) => this.#again(entry),
      takeBack: (entry) => this.#takeBack(entry),
      discard: (entry) => this.#dispatch.discard(entry),
      focusLost: () => this.#focus(),
    });
    this.#dispatch = new Dispatch((frame) => this.#connection.send(frame), {
      added: (entry) => this.#changed(() => this.#cards.said(entry, this.#dispatch.ready)),
      taken: (entry) => this.#changed(() => this.#cards.taken(entry)),
      refused: (entry) => this.#changed(() => this.#cards.refused(entry)),
      removed: (entry) => this.#changed(() => this.#cards.removed(entry)),
    });
    this.#line = new CommandLine(find("command"), {
      say: (text) => this.#say({ text }),
      send: (file, text) => this.#say({ file, text }),
      history: () => this.#cards.typed(),
    });
    new RatingKeys(this.#list, find("line"));
    for (const example of document.querySelectorAll("#no-notices button")) {
      example.addEventListener("click", () => this.#try(example.dataset.line));
    }
    this.#turnTo("chat");
  }

  /** Begins to listen; harmless when it does already. */
  open() {
    if (this.#connection) return;
    this.#connection = new Connection({
      hello: () => this.#hello(),
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => this.#connectionIs(state),
    });
    this.#connection.open();
  }

  /** Listens no more. */
  close() {
    this.#connection?.end();
  }

  #hello() {
    this.#catchingUp = true;
    return { hello: { pane: "recruiter", after: this.#cards.lastSeq } };
  }

  #receive(frame) {
    if (frame.item) this.#item(frame.item);
    else if (frame.welcome) this.#line.open(frame.welcome.console);
    else if ("caughtup" in frame) this.#caughtUp(frame.caughtup);
    else if ("ack" in frame) this.#dispatch.taken(frame.ack);
    else if ("refused" in frame) this.#dispatch.refused(frame.refused, frame.why);
    else if ("retry" in frame) this.#dispatch.later(frame.retry, frame.after_s);
    else if ("denied" in frame) this.#connection.end();
  }

  #connectionIs(state) {
    if (state !== "online") this.#dispatch.closed();
    this.#cards.setOnline(state === "online");
  }

  #caughtUp(seq) {
    this.#catchingUp = false;
    if (seq < this.#cards.lastSeq) {
      // The server's record is shorter than what is shown: it was started afresh.
      this.#cards.clear();
      kept.remove(SEEN);
      this.#connection.restart();
      return;
    }
    this.#list.setAttribute("aria-busy", "false");
    this.#welcomeHint();
    this.#scroller.follow();
    this.#dispatch.opened();
  }

  #item(item) {
    const node = this.#cards.receive(item);
    if (!node) return;
    this.#welcomeHint();
    if (item.from !== "me" && !this.#isShown() && item.seq > Number(kept.get(SEEN) ?? 0)) this.#count(this.#unread + 1);
    if (this.#isShown()) kept.set(SEEN, String(this.#cards.lastSeq));
    if (this.#catchingUp) return this.#scroller.follow();
    this.#scroller.announce();
    this.#scroller.reveal(node);
  }

  #say(said) {
    this.#dispatch.add({ ...said, language: language() });
    this.#scroller.toEnd();
  }

  /** Examples that want something more are put into the field. */
  #try(line) {
    if (line.endsWith(" ")) this.#line.takeBack(line);
    else this.#say({ text: line });
  }

  #again(entry) {
    this.#dispatch.discard(entry);
    this.#say(entry.said);
  }

  #takeBack(entry) {
    this.#dispatch.discard(entry);
    this.#line.takeBack(entry.said.text);
  }

  #changed(show) {
    show();
    this.#welcomeHint();
    this.#scroller.follow();
  }

  #welcomeHint() {
    find("no-notices").hidden = !this.#cards.empty;
  }

  #focus() {
    if (touch() || !this.#line.isOpen) this.#list.focus({ preventScroll: true });
    else this.#line.focus();
  }

  #isShown() {
    return !document.hidden && find("recruiter").checkVisibility();
  }

  #turnTo(pane) {
    this.#panes.dataset.shown = pane;
    for (const tab of this.#tabs) tab.setAttribute("aria-current", String(tab.dataset.pane === pane));
    if (pane !== "recruiter") return;
    this.#count(0);
    kept.set(SEEN, String(this.#cards.lastSeq));
    this.#scroller.follow();
  }

  #count(unread) {
    this.#unread = unread;
    this.#badge.hidden = unread === 0;
    this.#badge.textContent = unread;
  }
}
