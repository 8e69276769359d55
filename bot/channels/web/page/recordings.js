// Recordings and files that are not with the server yet, in IndexedDB: finished ones under their message's id, and
// the pieces of a recording that is being made, so that a closed page loses a second of it at most. Each hold has a
// database of its own.

import { newId } from "/page/browser.js";
import { hold } from "/page/hold.js";

const NAME = "xumian.recordings";
const DAY_MS = 86_400_000;

/** What this page has recorded, playable until it is closed; all there is where the browser forbids IndexedDB. */
const here = new Map();

let opening = null;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(hold().database, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept", { keyPath: "id" });
      request.result.createObjectStore("pieces", { keyPath: ["draft", "number"] });
    };
    request.onsuccess = () => {
      request.result.onclose = () => (opening = null);
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opening.catch(() => (opening = null));
  return opening;
}

/** Runs `work(store)`, whose request's result is the answer, once the transaction is complete. */
async function transact(name, mode, work) {
  const transaction = (await database()).transaction(name, mode);
  const request = work(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** The browser may forbid storage, or have no room: then the page's own memory has to do. */
async function ifPossible(promise) {
  try {
    return await promise;
  } catch {
    return undefined;
  }
}

export async function keep(id, blob) {
  here.set(id, blob);
  await ifPossible(transact("kept", "readwrite", (store) => store.put({ id, blob, at: Date.now() })));
}

/** The recording, or null where it is not in this browser. Throws where the browser cannot tell now. */
export async function recording(id) {
  if (here.has(id)) return here.get(id);
  const found = await transact("kept", "readonly", (store) => store.get(id));
  return found?.blob ?? null;
}

/** The server has it: it is played from this page's memory, and leaves the browser with it. */
export async function release(id) {
  const blob = await ifPossible(recording(id));
  if (blob) here.set(id, blob);
  await ifPossible(transact("kept", "readwrite", (store) => store.delete(id)));
}

export async function discard(id) {
  here.delete(id);
  await ifPossible(transact("kept", "readwrite", (store) => store.delete(id)));
}

/** Removes old recordings that no entry of the outbox names any more. */
export async function sweep(wanted) {
  const old = (each) => !wanted.has(each.id) && Date.now() - each.at > DAY_MS;
  const all = (await ifPossible(transact("kept", "readonly", (store) => store.getAll()))) ?? [];
  for (const each of all.filter(old)) await discard(each.id);
}

/** A recording that is being made, or was not sent yet. It belongs to one tab at a time. */
export class Draft {
  #id;
  #number = 0;
  #last = Promise.resolve();
  #unlock = () => {};

  constructor(id = newId()) {
    this.#id = id;
  }

  /** False where another tab has it. */
  async claim() {
    if (!navigator.locks) return true;
    return new Promise((resolve) => {
      const held = new Promise((unlock) => (this.#unlock = unlock));
      navigator.locks.request(`${NAME}.${this.#id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && held;
      });
    });
  }

  /** Keeps a piece; `ms`: how long the recording is with it. */
  add(blob, ms) {
    const piece = { draft: this.#id, number: this.#number++, blob, ms };
    this.#last = this.#last.then(() => ifPossible(transact("pieces", "readwrite", (store) => store.put(piece))));
  }

  async drop() {
    await this.#last;
    const range = IDBKeyRange.bound([this.#id, 0], [this.#id, Infinity]);
    await ifPossible(transact("pieces", "readwrite", (store) => store.delete(range)));
    this.#unlock();
  }

  /** What an earlier page could not finish: {draft, blob, ms} of one, or null. */
  static async leftBehind() {
    const pieces = (await ifPossible(transact("pieces", "readonly", (store) => store.getAll()))) ?? [];
    for (const id of new Set(pieces.map((piece) => piece.draft))) {
      const draft = new Draft(id);
      if (!(await draft.claim())) continue;
      const own = pieces.filter((piece) => piece.draft === id);
      const blob = new Blob(own.map((piece) => piece.blob), { type: own[0].blob.type });
      return { draft, blob, ms: own.at(-1).ms };
    }
    return null;
  }
}
