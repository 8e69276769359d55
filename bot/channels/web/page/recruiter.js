// The second pane: what the recruiter is sent, as cards. Read only, over a connection of its own.

import { Connection } from "/page/connection.js";
import { element, rich } from "/page/rich.js";
import { Scroller } from "/page/scroller.js";
import { clock } from "/page/texts.js";

export class RecruiterPane {
  #list = document.getElementById("notices");
  #badge = document.querySelector("#tabs .badge");
  #tabs = [...document.querySelectorAll(".tab")];
  #panes = document.getElementById("panes");
  #scroller = new Scroller(this.#list, null);
  #connection = null;
  #seen = new Set();
  #lastSeq = 0;
  #unread = 0;

  constructor() {
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.#turnTo(tab.dataset.pane));
    this.#turnTo("chat");
  }

  /** Shows the pane and begins to listen; harmless when it does already. */
  open() {
    if (this.#connection) return;
    document.getElementById("recruiter").hidden = false;
    document.getElementById("tabs").hidden = false;
    document.body.classList.add("with-recruiter");
    this.#connection = new Connection({
      hello: () => ({ hello: { pane: "recruiter", after: this.#lastSeq } }),
      onFrame: (frame) => this.#receive(frame),
      onState: () => {},
    });
    this.#connection.open();
  }

  #receive(frame) {
    if (frame.item) this.#show(frame.item);
    else if ("caughtup" in frame) this.#caughtUp(frame.caughtup);
    else if ("denied" in frame) this.#connection.end();
  }

  #caughtUp(seq) {
    this.#list.setAttribute("aria-busy", "false");
    if (seq >= this.#lastSeq) return;
    // The server's record is shorter than what is shown: it was started afresh.
    this.#list.querySelectorAll(".card").forEach((card) => card.remove());
    this.#seen.clear();
    this.#lastSeq = 0;
    this.#connection.restart();
  }

  #show(item) {
    if (this.#seen.has(item.seq)) return;
    this.#seen.add(item.seq);
    this.#lastSeq = Math.max(this.#lastSeq, item.seq);
    document.getElementById("no-notices").hidden = true;
    const card = element("div", "card", clock(item.at), element("div", "text", rich(item.text, item.bold, true)));
    if (item.choices?.length) {
      const labels = item.choices.map(([, name]) => element("li", "", name));
      card.append(element("ul", "offers", ...labels));
    }
    this.#list.append(card);
    this.#scroller.follow();
    if (this.#panes.dataset.shown !== "recruiter") this.#count(this.#unread + 1);
  }

  #turnTo(pane) {
    this.#panes.dataset.shown = pane;
    for (const tab of this.#tabs) tab.setAttribute("aria-current", String(tab.dataset.pane === pane));
    if (pane === "recruiter") {
      this.#count(0);
      this.#scroller.follow();
    }
  }

  #count(unread) {
    this.#unread = unread;
    this.#badge.hidden = unread === 0;
    this.#badge.textContent = unread;
  }
}
