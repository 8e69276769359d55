// The conversation: which message stands where, each once; days between them; choices under the newest offer.

import { Bubble, Choices } from "/page/bubble.js";
import { isCarried } from "/page/outbox.js";
import { element } from "/page/rich.js";
import { fetched } from "/page/own.js";
import { reminder } from "/page/reminder.js";
import { dayOf, tellDay } from "/page/texts.js";

const SILENT = /^\/language (zh|en)$/; // what the page's own switch says is not part of the conversation
const RELEASE_MS = 2500;
const FINAL = new Set(["over", "too_large", "empty", "gone", "no_files"]);

export class Log {
  lastSeq = 0;
  lastBotSeq = 0;
  #root;
  #end;
  #actions;
  #seen = new Set();
  #byId = new Map();
  #edits = new Map();
  #offers = [];

  /**
   * `end` is the child of `root` before which messages go. `actions`: `press(token, label)`,
   * `edit(bubble)`, `again(entry)`, `takeBack(entry)`, `discard(entry)`, `isOnWire(id)`, `focusLost()`,
   * `recording(id)` (a promise of the blob, or null).
   */
  constructor(root, end, actions) {
    this.#root = root;
    this.#end = end;
    this.#actions = actions;
  }

  /** Shows a message from the server; false when it was here already or is none to show. */
  receive(item) {
    if (this.#seen.has(item.seq)) return false;
    this.#seen.add(item.seq);
    this.lastSeq = Math.max(this.lastSeq, item.seq);
    if (item.from !== "me") {
      this.lastBotSeq = Math.max(this.lastBotSeq, item.seq);
      return this.#fromBot(item);
    }
    if (SILENT.test(item.text)) return false;
    if (item.edits) return this.#edited(item);
    return this.#mine(item);
  }

  /** Shows what is kept in the outbox; harmless when it is shown already. */
  showEntry(entry, online) {
    if (entry.silent) return;
    if (entry.said.edit) return this.#showEdit(entry, online);
    let bubble = this.#byId.get(entry.id);
    if (!bubble) {
      const { voice, file, choice, label, text = "" } = entry.said;
      const editable = choice === undefined && !voice && !file && !text.startsWith("/");
      const shown = { text: label ?? text, voice, file, editable };
      bubble = this.#newBubble({ id: entry.id, from: "me", at: entry.order, ...shown });
      bubble.pending = true;
      if (choice !== undefined && !entry.refused) this.#choose(label);
      this.#place(bubble, this.#end);
    }
    if (entry.refused) this.refuse(entry);
    else bubble.state = online ? "sending" : "waiting";
  }

  confirm(entry) {
    if (entry.said.edit) return this.#storeEdit(entry.id, entry.said.edit, entry.said.text);
    const bubble = this.#byId.get(entry.id);
    if (bubble) this.#settle(bubble);
    this.#unlock(RELEASE_MS);
  }

  progress(id, part) {
    const bubble = this.#byId.get(id);
    if (bubble?.pending) bubble.progress = part;
  }

  /** A recording could not be sent now; after several attempts, the person may decide otherwise. */
  held(entry, attempts) {
    const bubble = this.#byId.get(entry.id);
    if (!bubble?.pending) return;
    bubble.state = "waiting";
    if (attempts >= 3) bubble.showProblem(null, "waits", [["discard", () => this.#actions.discard(entry)]]);
  }

  refuse(entry) {
    const edit = entry.said.edit;
    const bubble = this.#byId.get(edit ?? entry.id);
    this.#unlock();
    if (!bubble) return;
    if (edit) {
      this.#edits.delete(entry.id);
      bubble.revert();
    }
    if (!edit) bubble.state = "refused";
    const again = ["send_again", () => this.#actions.again(entry)];
    const back = ["take_back", () => this.#actions.takeBack(entry)];
    const drop = ["discard", () => this.#actions.discard(entry)];
    const repeat = entry.refused === "too_fast" || entry.said.choice !== undefined || isCarried(entry);
    const useful = FINAL.has(entry.refused) ? [] : [repeat ? again : back];
    bubble.showProblem(edit ? "edit_refused" : null, entry.refused, [...useful, drop]);
  }

  remove(entry) {
    if (entry.said.edit) return this.#byId.get(entry.said.edit)?.clearProblem();
    const bubble = this.#byId.get(entry.id);
    if (!bubble) return;
    this.#byId.delete(entry.id);
    const after = next(bubble.node);
    bubble.close();
    if (after) this.#fixDay(after);
    else if (this.#end.previousElementSibling?.matches(".day")) this.#end.previousElementSibling.remove();
  }

  setOnline(online) {
    for (const { node } of this.#byId.values()) {
      const { state } = node.dataset;
      if (state === "sending" || state === "waiting") node.bubble.state = online ? "sending" : "waiting";
    }
  }

  /** The last message's row; the list itself while there is none. */
  get newest() {
    return previous(this.#end) ?? this.#root;
  }

  bubble(id) {
    return this.#byId.get(id) ?? null;
  }

  /** The newest own message that can be edited, or null. */
  lastEditable() {
    const mine = [...this.#root.querySelectorAll(".row.me")].reverse();
    return mine.find((row) => row.bubble.editable && row.bubble.state !== "refused")?.bubble ?? null;
  }

  /** The server's record is shorter than what is shown: it was started afresh, and so do we. */
  clear() {
    for (const node of [...this.#root.querySelectorAll(".row, .day")]) node.bubble ? node.bubble.close() : node.remove();
    this.#seen.clear();
    this.#byId.clear();
    this.#edits.clear();
    this.#offers = [];
    this.lastSeq = this.lastBotSeq = 0;
  }

  #fromBot(item) {
    if (item.edits && this.#byId.has(item.edits)) return this.#rewritten(item);
    const bubble = this.#newBubble({ ...item, id: item.id || item.edits || null });
    bubble.seq = item.seq;
    this.#place(bubble, this.#spotFor(item.seq));
    if (item.choices?.length) this.#makeOffer(bubble, item.choices);
    else this.#unlock();
    if (item.calendar) bubble.node.append(reminder(item.calendar));
    return true;
  }

  /** The bot's own message, in its place. What newer ones offer stays good, and what was offered beside it. */
  #rewritten(item) {
    const bubble = this.#byId.get(item.edits);
    bubble.rewrite(item.text, item.bold);
    const [former, others] = partition(this.#offers, (offer) => bubble.node.contains(offer.node));
    const focusLost = former.some((offer) => offer.node.contains(document.activeElement));
    bubble.node.querySelector(".choices")?.remove();
    bubble.node.querySelector(".reminder")?.remove();
    const newer = others.some((offer) => bubble.node.compareDocumentPosition(offer.node) & FOLLOWING);
    this.#offers = others;
    if (item.choices?.length) this.#makeOffer(bubble, item.choices, newer || former.length > 0);
    if (item.calendar) bubble.node.append(reminder(item.calendar));
    this.#unlock();
    if (focusLost) this.#actions.focusLost();
    return true;
  }

  #mine(item) {
    const known = item.id && this.#byId.get(item.id);
    if (known) {
      known.seq = item.seq;
      if (item.file) known.fileStored(item.file);
      this.#settle(known);
      return false;
    }
    if (item.text) this.#choose(item.text);
    const editable = Boolean(item.id) && !item.fixed;
    const bubble = this.#newBubble({ ...item, editable });
    bubble.seq = item.seq;
    bubble.state = "sent";
    this.#place(bubble, this.#spotFor(item.seq));
    return true;
  }

  #edited(item) {
    if (!this.#byId.has(item.edits)) return this.#mine({ ...item, id: item.edits });
    this.#storeEdit(item.id, item.edits, item.text);
    return false;
  }

  #storeEdit(id, edited, text) {
    this.#edits.delete(id);
    const bubble = this.#byId.get(edited);
    if (!bubble) return;
    const underWay = [...this.#edits.values()].includes(edited); // a newer one, which stays in view
    bubble.confirmText(text, { show: !underWay });
    if (!underWay) bubble.state = "sent";
  }

  #showEdit(entry, online) {
    const edit = entry.said.edit;
    const bubble = this.#byId.get(edit);
    if (!bubble) return;
    if (entry.refused) return this.refuse(entry);
    this.#edits.set(entry.id, edit);
    bubble.showText(entry.said.text);
    bubble.state = online ? "sending" : "waiting";
  }

  #newBubble(message) {
    const bubble = new Bubble(message, { onEdit: (edited) => this.#actions.edit(edited) });
    if (bubble.id) this.#byId.set(bubble.id, bubble);
    if (bubble.voice) this.#offerToListen(bubble, message.recording);
    return bubble;
  }

  /** From this browser where the recording is still here, else from the server once somebody wants to hear it. */
  async #offerToListen(bubble, recording) {
    const blob = await this.#actions.recording(bubble.id);
    if (blob) bubble.offerPlayer(blob);
    else if (/^[0-9a-f]{64}$/.test(recording ?? "")) bubble.offerPlayer(() => fetched(`/own/${recording}/voice`));
  }

  #settle(bubble) {
    bubble.pending = false;
    bubble.state = "sent";
  }

  /** What was offered before is over, unless this stands `beside` it. */
  #makeOffer(bubble, choices, beside = false) {
    const retired = beside ? [] : this.#offers.map((offer) => offer.retire());
    const made = new Choices(choices, (token, name, offer) => {
      offer.lock();
      this.#actions.press(token, name);
    });
    bubble.node.append(made.node);
    this.#offers = beside ? [...this.#offers, made].sort(inPlace) : [made];
    if (retired.includes(true)) this.#actions.focusLost();
  }

  #choose(name) {
    this.#offers.findLast((offer) => offer.offers(name))?.choose(name);
  }

  #unlock(afterMs) {
    for (const offer of this.#offers) offer.unlock(afterMs);
  }

  /**
   * Before the first message with a higher number, else before own messages that the server cannot have
   * answered yet (kept, not on the wire), else at the end.
   */
  #spotFor(seq) {
    let spot = this.#end;
    for (let node = this.#end.previousElementSibling; node; node = node.previousElementSibling) {
      const bubble = node.bubble;
      if (!bubble) continue;
      const unheard = bubble.pending && !this.#actions.isOnWire(bubble.id);
      const later = bubble.seq !== null && bubble.seq > seq;
      if (!unheard && !later) break;
      spot = node;
    }
    return spot;
  }

  #place(bubble, before) {
    if (this.#root.getAttribute("aria-busy") === "false") bubble.node.classList.add("arriving");
    this.#root.insertBefore(bubble.node, before);
    this.#fixDay(bubble.node);
    const after = next(bubble.node);
    if (after) this.#fixDay(after);
  }

  /** A separator stands before a message exactly when its day differs from the message before. */
  #fixDay(node) {
    const { day, at } = node.bubble;
    let separator = node.previousElementSibling?.matches(".day") ? node.previousElementSibling : null;
    const needed = previous(node)?.bubble.day !== day;
    if (separator && (!needed || dayOf(Number(separator.firstChild.dataset.dayAt)) !== day)) {
      separator.remove();
      separator = null;
    }
    if (!needed || separator) return;
    const name = element("span");
    tellDay(name, at);
    node.before(element("p", "day", name));
  }
}

const FOLLOWING = Node.DOCUMENT_POSITION_FOLLOWING;

const inPlace = (one, other) => (one.node.compareDocumentPosition(other.node) & FOLLOWING ? -1 : 1);

function partition(all, belongs) {
  return [all.filter(belongs), all.filter((each) => !belongs(each))];
}

function previous(node) {
  let at = node.previousElementSibling;
  while (at && !at.bubble) at = at.previousElementSibling;
  return at;
}

function next(node) {
  let at = node.nextElementSibling;
  while (at && !at.bubble) at = at.nextElementSibling;
  return at;
}
