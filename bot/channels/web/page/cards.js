// The recruiter's list: notices and answers as cards, own lines beside them, each once and in the server's order.

import { tellKeys } from "/page/rating.js";
import { element, icon, rich, setIcon } from "/page/rich.js";
import { clock, dayOf, label, tellDay, word } from "/page/texts.js";

const REFUSALS = new Set(["too_long", "malformed", "failed", "unreachable", "too_large", "empty"]);
const ONCE = /^\/(yes|no) /; // a question that can be answered only once
const REST_MS = 1200;

export class Cards {
  lastSeq = 0;
  #root;
  #actions;
  #seen = new Set();
  #byId = new Map();
  #lines = [];

  /** `actions`: `press(token, label)`, `again(entry)`, `takeBack(entry)`, `discard(entry)`, `focusLost()`. */
  constructor(root, actions) {
    this.#root = root;
    this.#actions = actions;
  }

  get empty() {
    return !this.#root.querySelector(".card, .said");
  }

  /** What was typed before, oldest first. */
  typed() {
    return this.#lines;
  }

  /** Shows a message from the server: its node, or null when it was here already. */
  receive(item) {
    if (this.#seen.has(item.seq)) return null;
    this.#seen.add(item.seq);
    this.lastSeq = Math.max(this.lastSeq, item.seq);
    return item.from === "me" ? this.#mine(item) : this.#card(item);
  }

  /** Something said here, on its way. */
  said(entry, online) {
    if (this.#byId.has(entry.id)) return;
    const { choice, label: name, text = "", file } = entry.said;
    const node = this.#own(entry.id, entry.at, choice === undefined ? text : name, file);
    node.dataset.pending = "true";
    this.#root.append(node);
    this.#separate(node);
    this.#tell(node, online ? "sending" : "waiting");
    if (choice !== undefined) this.#choose(choice, node);
    else this.#remember(text);
  }

  taken(entry) {
    const node = this.#byId.get(entry.id);
    if (node) this.#tell(node, "sent");
  }

  refused(entry) {
    const node = this.#byId.get(entry.id);
    if (!node) return;
    delete node.dataset.pending;
    this.#tell(node, "refused");
    const { choice, file } = entry.said;
    if (choice !== undefined) this.#unchoose(choice);
    const why = REFUSALS.has(entry.refused) ? `console_refused_${entry.refused}` : "console_refused_other";
    const line = element("p", "", word(element("span"), why));
    const repeat = choice !== undefined || file || entry.refused === "failed";
    const help = repeat ? ["send_again", this.#actions.again] : ["take_back", this.#actions.takeBack];
    const offers = [help, ["discard", this.#actions.discard]].map(([key, act]) => {
      const button = word(element("button", "link"), key);
      button.type = "button";
      button.addEventListener("click", () => act(entry));
      return button;
    });
    node.append(element("div", "problem", line, ...offers));
  }

  removed(entry) {
    this.#byId.get(entry.id)?.remove();
    this.#byId.delete(entry.id);
    this.#actions.focusLost();
  }

  setOnline(online) {
    for (const node of this.#root.querySelectorAll(".said[data-state=sending], .said[data-state=waiting]")) {
      this.#tell(node, online ? "sending" : "waiting");
    }
  }

  clear() {
    this.#root.querySelectorAll(".card, .said, .day").forEach((node) => node.remove());
    this.#seen.clear();
    this.#byId.clear();
    this.#lines = [];
    this.lastSeq = 0;
  }

  #card(item) {
    const former = item.edits && this.#byId.get(item.edits);
    const card = element("div", "card", clock(item.at), element("div", "text", rich(item.text, item.bold, true)));
    card.prepend(word(element("span", "unseen"), "console_from"));
    if (item.file) card.append(item.file.picture ? picture(item.file) : link(item.file));
    if (item.choices?.length) {
      card.append(this.#buttons(item.choices));
      tellKeys(card.lastElementChild);
    }
    if (item.id || item.edits) this.#byId.set(item.id || item.edits, card);
    if (former) {
      card.dataset.at = former.dataset.at;
      former.replaceWith(card);
    } else this.#place(card, item.at);
    return card;
  }

  #mine(item) {
    const known = this.#byId.get(item.id);
    if (known) this.#arrived(known, item);
    const node = known ?? this.#own(item.id, item.at, item.text, item.file);
    if (!known) {
      this.#place(node, item.at);
      this.#tell(node, "sent");
      if (!item.pressed) this.#remember(item.text);
    }
    if (item.pressed) this.#choose(item.pressed, node);
    return known ? null : node;
  }

  /** It is shown as it was stored, which is without what is secret in it. */
  #arrived(node, { text, pressed }) {
    delete node.dataset.pending;
    const shown = node.querySelector(".bubble > .text");
    if (pressed || !shown || shown.textContent === text) return;
    this.#lines = this.#lines.map((line) => (line === shown.textContent ? text : line));
    shown.textContent = text;
  }

  #own(id, at, text, file) {
    const box = element("div", "bubble", word(element("span", "unseen"), "from_me"));
    if (file) box.append(element("p", "file", icon("file"), element("span", "", file.name)));
    if (text) box.append(element("div", "text", rich(text)));
    const sign = element("span", "state", word(element("span", "state-word"), "state_sending"), icon("sending"));
    box.append(element("div", "meta", clock(at), sign));
    const node = element("div", "said", box);
    node.dataset.at = at;
    this.#byId.set(id, node);
    return node;
  }

  #tell(node, state) {
    if (node.dataset.state === "sent") return;
    node.dataset.state = state;
    setIcon(node.querySelector(".state .icon"), state === "waiting" ? "sending" : state);
    word(node.querySelector(".state-word"), state === "waiting" ? "console_waiting" : `state_${state}`);
  }

  /** Before what the server has not yet shown to have got. */
  #place(node, at) {
    node.dataset.at = at;
    if (this.#root.getAttribute("aria-busy") === "false") node.classList.add("arriving");
    this.#root.insertBefore(node, this.#root.querySelector("[data-pending]"));
    this.#separate(node);
  }

  /** The day, where it is another than before. */
  #separate(node) {
    const before = node.previousElementSibling;
    const at = Number(node.dataset.at);
    if (before?.dataset.at && dayOf(Number(before.dataset.at)) === dayOf(at)) return;
    if (before?.matches(".day")) return;
    const name = element("span");
    tellDay(name, at);
    node.before(element("p", "day", name));
  }

  #remember(text) {
    if (text && this.#lines.at(-1) !== text) this.#lines.push(text);
  }

  #buttons(choices) {
    const group = label(element("div", "acts"), "choices");
    group.setAttribute("role", "group");
    for (const [token, name] of choices) {
      const button = element("button", "act", name);
      button.type = "button";
      button.dataset.token = token;
      button.addEventListener("click", () => this.#press(button, group));
      group.append(button);
    }
    return group;
  }

  /** Against double taps, all buttons of a card rest for a moment. */
  #press(button, group) {
    if (button.hasAttribute("aria-disabled")) return;
    const buttons = [...group.children];
    for (const each of buttons) each.setAttribute("aria-disabled", "true");
    setTimeout(() => buttons.forEach((each) => each.removeAttribute("aria-disabled")), REST_MS);
    this.#actions.press(button.dataset.token, button.textContent);
  }

  /** The newest card above `node` that offered it remembers what was pressed. */
  #choose(token, node) {
    const button = this.#offering(token).findLast((each) => each.compareDocumentPosition(node) & FOLLOWING);
    if (!button) return;
    button.classList.add("chosen");
    if (!ONCE.test(token)) return;
    const focused = button.parentNode.contains(document.activeElement);
    for (const each of button.parentNode.children) each.disabled = true;
    if (focused) this.#actions.focusLost();
  }

  #unchoose(token) {
    const button = this.#offering(token).at(-1);
    button?.classList.remove("chosen");
    for (const each of button?.parentNode.children ?? []) each.disabled = false;
  }

  #offering(token) {
    return [...this.#root.querySelectorAll(".act")].filter((each) => each.dataset.token === token);
  }
}

const FOLLOWING = Node.DOCUMENT_POSITION_FOLLOWING;

/** Shown, and larger in a file of its own. */
function picture(file) {
  const anchor = link(file);
  if (!anchor.href) return anchor;
  const shown = element("img");
  shown.src = anchor.href;
  shown.alt = file.alt || file.name;
  shown.loading = "lazy";
  anchor.className = "picture";
  anchor.replaceChildren(shown);
  return anchor;
}

function link({ name, address = "" }) {
  const anchor = element("a", "file", icon("file"), element("span", "", name));
  if (address.startsWith("/files/")) anchor.href = address;
  anchor.download = name;
  return anchor;
}
