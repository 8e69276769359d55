// What the console was told and the server has not confirmed: one after the other, each under the same id until it is
// taken. It outlives a reload, but not the tab: a command that somebody gave up on must not act days later.

import { newId, session } from "/page/browser.js";

const KEY = "xumian.staff.out";
const WHOLE_MS = 120_000;
const MOST_ATTEMPTS = 5;

export class Dispatch {
  ready = false;
  #send;
  #listener;
  #queue = [];
  #current = null;
  #timer = null;
  #attempts = 0;

  /**
   * `send(frame)` answers whether it was handed over. `listener` has `added`, `taken`, `refused` and `removed`, each
   * told of an entry: {id, at, said, refused}; `said` is text, choice and label, or a file with its text.
   */
  constructor(send, listener) {
    this.#send = send;
    this.#listener = listener;
  }

  add(said) {
    const entry = { id: newId(), at: Date.now(), said };
    this.#queue.push(entry);
    this.#keep();
    this.#listener.added(entry);
    this.#pump();
  }

  /** The connection has caught up. */
  opened() {
    if (!this.ready && !this.#queue.length) this.#restore();
    this.ready = true;
    this.#pump();
  }

  /** A file takes another way, and goes on. */
  closed() {
    this.ready = false;
    if (this.#current?.said.file) return;
    clearTimeout(this.#timer);
    this.#current = null;
  }

  taken(id) {
    const entry = this.#leave(id);
    if (entry) this.#listener.taken(entry);
    this.#pump();
  }

  refused(id, why) {
    const entry = this.#leave(id);
    if (entry) this.#listener.refused(Object.assign(entry, { refused: why }));
    this.#pump();
  }

  /** The server cannot take it now. */
  later(id, seconds) {
    if (this.#current?.id !== id) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#again(id), Math.max(0.2, Number(seconds) || 2) * 1000);
  }

  /** A refused entry that the person has dealt with. */
  discard(entry) {
    this.#listener.removed(entry);
  }

  #pump() {
    const entry = this.#queue[0];
    if (!this.ready || this.#current || !entry) return;
    const { file, ...said } = entry.said;
    if (file) {
      this.#current = entry;
      this.#carry(entry);
    } else if (this.#send({ id: entry.id, ...said })) {
      this.#current = entry;
    }
  }

  async #carry({ id, said: { file, text, language } }) {
    const outcome = await post(id, file, { name: file.name, text, language });
    this.#attempts += 1;
    if (outcome.taken) this.taken(id);
    else if (outcome.refused) this.refused(id, outcome.refused);
    else if (this.#attempts >= MOST_ATTEMPTS) this.refused(id, "unreachable");
    else this.later(id, outcome.again);
  }

  #again(id) {
    if (this.#current?.id !== id) return;
    this.#current = null;
    this.#pump();
  }

  #leave(id) {
    const entry = this.#queue.find((waiting) => waiting.id === id);
    this.#queue = this.#queue.filter((waiting) => waiting !== entry);
    if (this.#current?.id === id) {
      clearTimeout(this.#timer);
      this.#current = null;
      this.#attempts = 0;
    }
    this.#keep();
    return entry;
  }

  #keep() {
    const lines = this.#queue.filter((entry) => !entry.said.file);
    if (lines.length) session.set(KEY, JSON.stringify(lines));
    else session.remove(KEY);
  }

  #restore() {
    try {
      this.#queue = JSON.parse(session.get(KEY) ?? "[]");
    } catch {
      this.#queue = [];
    }
    for (const entry of this.#queue) this.#listener.added(entry);
  }
}

/** {taken}, {refused: why} or {again: seconds}. */
async function post(id, file, told) {
  try {
    const address = `/pane/${id}?${new URLSearchParams(told)}`;
    const answer = await fetch(address, { method: "POST", body: file, signal: AbortSignal.timeout(WHOLE_MS) });
    if (answer.ok) return { taken: true };
    if (answer.status === 408 || answer.status === 429 || answer.status === 503) {
      return { again: Number(answer.headers.get("retry-after")) || 5 };
    }
    return { refused: String((await answer.json()).why) };
  } catch {
    return { again: 2 };
  }
}
