// What the person said and the server has not confirmed. Each entry lies under a name of its own in the hold's
// storage, so that tabs do not overwrite each other's; the server knows repeats by their id. Recordings and files lie
// beside it, see recordings.js, and take another way to the server, but their turn like everything else.

import { newId } from "/page/browser.js";
import { hold } from "/page/hold.js";

const PREFIX = "out.";
const ACK_WITHIN_MS = 12_000;
const ADOPT_AFTER_MS = 20_000;
const LONGEST_WAIT_S = 60;

export class Outbox {
  #send;
  #carry;
  #listener;
  #carrying = null;
  #failures = 0;
  #queue = [];
  #ready = false;
  #onWire = null;
  #timer = null;
  #adopting;
  #lastOrder = 0;

  /**
   * `send(frame)` answers whether it was handed over; `carry(entry, signal)` takes a recording to the server and
   * tells what became of it, see upload.js. `listener` has `added(entry)`, `confirmed(entry)`, `refused(entry)` and
   * `removed(entry)`, each told for this tab's entries and other tabs', and `held(entry, attempts)`: a recording
   * waits for another attempt.
   */
  constructor({ send, carry }, listener) {
    this.#send = send;
    this.#carry = carry;
    this.#listener = listener;
    addEventListener("online", () => this.#carrying || this.#next(this.#onWire));
    addEventListener("storage", (event) => this.#otherTab(event));
    this.#adopting = setInterval(() => this.#adopt(ADOPT_AFTER_MS), ADOPT_AFTER_MS);
  }

  /** `said` is what the protocol wants besides the id: text, choice and label, edit and text, voice (its ms)
   *  or file (its name and type). */
  add(said, { silent = false, id = newId() } = {}) {
    this.#lastOrder = Math.max(Date.now(), this.#lastOrder + 1);
    const entry = { id, order: this.#lastOrder, said, silent };
    if (silent) this.#supersedeSilent();
    this.#save(entry);
    this.#queue.push(entry);
    this.#listener.added(entry);
    this.#pump();
    return entry;
  }

  /** All that is kept, oldest first, refused entries included. */
  all() {
    return hold().names(PREFIX).map(read).filter(Boolean).sort(byOrder);
  }

  get waiting() {
    return this.#queue.length > 0;
  }

  isOnWire(id) {
    return this.#onWire === id;
  }

  /** The connection has caught up: whatever is unconfirmed goes out, other tabs' leftovers too. */
  opened() {
    this.#ready = true;
    this.#failures = 0;
    this.#offWire();
    this.#adopt(0);
    this.#pump();
  }

  closed() {
    this.#ready = false;
    this.#offWire();
  }

  /** Nothing of it is sent any more. */
  stop() {
    this.closed();
    clearInterval(this.#adopting);
    this.#carrying?.abort();
    this.#carrying = null;
    this.#queue = [];
  }

  /** What is on its way by itself is left alone: a weak line may lose the connection under it and still do. */
  #offWire() {
    if (this.#carrying) return;
    clearTimeout(this.#timer);
    this.#onWire = null;
  }

  /** `answer`: something will be said to it, which is not shown yet. */
  confirmed(id, answer = false) {
    const entry = this.#find(id);
    if (entry) {
      this.#forget(entry);
      this.#listener.confirmed(entry, answer);
    }
    this.#next(id);
  }

  refused(id, why) {
    const entry = this.#find(id);
    if (entry) {
      this.#queue = this.#queue.filter((waiting) => waiting.id !== id);
      entry.refused = why;
      this.#save(entry); // the person's words stay, for them to decide on
      this.#listener.refused(entry);
    }
    this.#next(id);
  }

  /** The server cannot store it now: the same entry again later, and nothing overtakes it. */
  later(id, seconds) {
    if (this.#onWire !== id) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#next(id), Math.max(0.2, Number(seconds) || 2) * 1000);
  }

  /** Drops an entry that the person has dealt with: a refused one, or a recording that waits for too long. */
  discard(entry) {
    this.#forget(entry);
    this.#listener.removed(entry);
    this.#next(entry.id);
  }

  // One at a time: with several on the wire, a later one could be stored before an earlier one's retry.
  #pump() {
    const entry = this.#queue[0];
    if (!this.#ready || this.#onWire !== null || !entry) return;
    if (isCarried(entry)) return void this.#take(entry);
    if (!this.#send({ id: entry.id, ...entry.said })) return;
    this.#onWire = entry.id;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#next(entry.id), ACK_WITHIN_MS);
  }

  async #take(entry) {
    const stop = new AbortController();
    this.#carrying = stop;
    this.#onWire = entry.id;
    clearTimeout(this.#timer);
    const outcome = await this.#carry(entry, stop.signal);
    if (stop.signal.aborted) return;
    this.#carrying = null;
    if (outcome.again === undefined) {
      this.#failures = 0;
      if (outcome.taken) this.confirmed(entry.id);
      else this.refused(entry.id, outcome.refused);
      return;
    }
    this.#failures += 1;
    this.#listener.held(entry, this.#failures);
    const backOff = Math.min(LONGEST_WAIT_S, 2 ** this.#failures / 2) * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.#next(entry.id), Math.max(outcome.again, backOff) * 1000);
  }

  #next(id) {
    if (id === null || this.#onWire !== id) return;
    clearTimeout(this.#timer);
    this.#onWire = null;
    this.#pump();
  }

  /** Of several changes of language only the last one matters. */
  #supersedeSilent() {
    const stale = this.#queue.filter((entry) => entry.silent && entry.id !== this.#onWire);
    stale.forEach((entry) => this.#forget(entry));
  }

  #find(id) {
    return this.#queue.find((waiting) => waiting.id === id) ?? read(PREFIX + id);
  }

  #forget(entry) {
    this.#queue = this.#queue.filter((waiting) => waiting.id !== entry.id);
    this.#leave(entry);
    hold().remove(PREFIX + entry.id);
  }

  /** Stops carrying an entry that was dealt with elsewhere. */
  #leave(entry) {
    if (this.#onWire !== entry.id) return;
    this.#carrying?.abort();
    this.#carrying = null;
  }

  #save(entry) {
    hold().set(PREFIX + entry.id, JSON.stringify(entry));
  }

  /** Takes over what lies unconfirmed for so long: its tab may have been closed. */
  #adopt(olderThan) {
    const known = new Set(this.#queue.map((entry) => entry.id));
    for (const entry of this.all()) {
      if (entry.refused || known.has(entry.id) || Date.now() - entry.order < olderThan) continue;
      this.#queue.push(entry);
      this.#listener.added(entry);
    }
    this.#queue.sort(byOrder);
    this.#pump();
  }

  #otherTab(event) {
    if (!hold().nameOf(event.key)?.startsWith(PREFIX)) return;
    const [before, after] = [parse(event.oldValue), parse(event.newValue)];
    if (after?.refused) {
      this.#queue = this.#queue.filter((entry) => entry.id !== after.id);
      this.#listener.refused(after);
    } else if (after) {
      this.#listener.added(after);
    } else if (before) {
      this.#queue = this.#queue.filter((entry) => entry.id !== before.id);
      this.#leave(before);
      if (before.refused) this.#listener.removed(before);
      else this.#listener.confirmed(before);
      this.#next(before.id);
    }
  }
}

const byOrder = (one, other) => one.order - other.order;
const read = (name) => parse(hold().get(name));

/** Whether it is a recording or a file: those are no frames. */
export const isCarried = (entry) => Boolean(entry.said.voice || entry.said.file);

function parse(text) {
  try {
    const entry = JSON.parse(text);
    return entry && entry.id && entry.said ? entry : null;
  } catch {
    return null;
  }
}
