// The page's hold on one interview: the secret by which the server knows the person, and a place of its own for all
// that the page keeps for them. Each link has its own hold, so that people who share a browser share nothing else. A
// hold's id is no secret: it stands in the address bar, where a reload, a bookmark and a restored tab find it.

import { kept, randomName, session } from "/page/browser.js";

const RECORDS = "xumian.hold.";
const TAB = "xumian.tab";
const DEVICE = "xumian.device"; // a random word of this browser
const INVITATION = /^[A-Za-z0-9_-]{22}$/;
const FORMER_KEY = "xumian.key"; // of earlier versions: one for the whole browser
const FORMER_DATABASE = "xumian.recordings";
const ID = /^[A-Za-z0-9_-]{12}$/;

export class Hold {
  #known = {};

  constructor(id) {
    this.id = id;
  }

  /** {key, links (their hashes), invited, title, kiosk (its campaign's code), welcomed, former, seen}; null: closed. */
  get record() {
    try {
      const found = JSON.parse(kept.get(RECORDS + this.id));
      this.#known = found ?? this.#known;
      return found;
    } catch {
      return null;
    }
  }

  /** The record; of a closed hold, what it was. */
  get known() {
    return this.record ?? this.#known;
  }

  get exists() {
    return Boolean(this.record?.key);
  }

  get key() {
    return this.record?.key ?? "";
  }

  /** The name of the database of its recordings. */
  get database() {
    return this.record?.former ? FORMER_DATABASE : `${FORMER_DATABASE}.${this.id}`;
  }

  /** Changes the record; a hold that was closed meanwhile, perhaps in another tab, stays closed. */
  update(fields) {
    if (this.exists) kept.set(RECORDS + this.id, JSON.stringify({ ...this.record, ...fields }));
  }

  // what the page keeps for this interview

  get = (name) => kept.get(this.#name(name));
  remove = (name) => kept.remove(this.#name(name));

  set(name, value) {
    if (this.exists) kept.set(this.#name(name), value);
  }

  /** The names that begin with `prefix`. */
  names(prefix) {
    const whole = this.#name(prefix);
    return kept.keys().filter((key) => key.startsWith(whole)).map((key) => key.slice(this.#name("").length));
  }

  /** Whether this is the whole name of something kept here; the name within, or null. */
  nameOf(key) {
    const own = this.#name("");
    return key?.startsWith(own) ? key.slice(own.length) : null;
  }

  // the link that is being followed

  get start() {
    return session.get(this.#name("start"));
  }

  set start(token) {
    session.set(this.#name("start"), token);
  }

  /** Forgets the token, unless another one has taken its place meanwhile. */
  startWelcomed(token) {
    if (token !== null && this.start === token) session.remove(this.#name("start"));
  }

  /** Whether its link leads back here once it was closed. */
  get returns() {
    return Boolean(this.known.invited);
  }

  has(link) {
    return this.record?.links?.includes(link) ?? false;
  }

  add(link) {
    if (!this.has(link)) this.update({ links: [...(this.record?.links ?? []), link] });
  }

  /** Takes all that it keeps out of this browser; every tab that shows it is told. */
  forget() {
    const { record, database } = this;
    kept.remove(RECORDS + this.id);
    if (record?.former) kept.remove(FORMER_KEY);
    this.#sweep();
    try {
      indexedDB.deleteDatabase(database);
    } catch {
      // the browser forbids it, and so has none
    }
  }

  /** `listener` is told when another tab has closed this hold. */
  onClosed(listener) {
    addEventListener("storage", (event) => {
      if ((event.key !== RECORDS + this.id && event.key !== null) || this.exists) return;
      this.#sweep();
      listener();
    });
  }

  #sweep() {
    for (const name of this.names("")) this.remove(name);
    session.remove(this.#name("start"));
    if (session.get(TAB) === this.id) session.remove(TAB);
  }

  #name(name) {
    return `xumian.${this.id}.${name}`;
  }
}

let current = null;

/** The hold that this page shows. */
export const hold = () => current;

/** This tab shows this hold from now on; in a kiosk the address stays the campaign's. */
export function show(chosen) {
  if (current?.id === chosen.id) return;
  current = chosen;
  session.set(TAB, chosen.id);
  const { kiosk } = chosen.record;
  history.replaceState(null, "", kiosk ? kioskAddress(kiosk) : `/#${chosen.id}`);
  addEventListener("hashchange", () => idIn(location.hash) !== chosen.id && location.reload());
}

export const kioskAddress = (code) => `/?start=${encodeURIComponent(code)}`;

/** All holds of this browser, the one of an earlier version among them. */
export function holds() {
  const ids = kept.keys().filter((key) => key.startsWith(RECORDS)).map((key) => key.slice(RECORDS.length));
  const all = ids.filter((id) => ID.test(id)).map((id) => new Hold(id)).filter((each) => each.exists);
  return all.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/**
 * A hold for this link, or for none. Another tab may follow the same link at the same moment: the first one in order
 * wins.
 */
export function newHold(token = null, fields = {}) {
  const link = token === null ? null : linkOf(token);
  const made = create({ ...secret(token), links: link ? [link] : [], ...fields });
  const first = link ? holds().find((each) => each.has(link)) : made;
  if (first.id !== made.id) made.forget();
  return first;
}

/**
 * An invitation is one person's, and unguessable: with a random word of this browser it is the secret. So their link
 * leads back to their interview here, even after the hold was closed, and nothing but their link does.
 */
function secret(token) {
  if (!INVITATION.test(token ?? "")) return { key: randomName(32) };
  if (!kept.get(DEVICE)) kept.set(DEVICE, randomName(32));
  return { key: `${token}.${kept.get(DEVICE)}`, invited: true };
}

function create(record) {
  const made = new Hold(randomName(9));
  kept.set(RECORDS + made.id, JSON.stringify(record));
  return made;
}

/** What an earlier version kept becomes a hold like the others. Its open tabs may still use it as it was. */
export function takeOver() {
  const key = kept.get(FORMER_KEY);
  if (!key) return;
  const former = holds().find((each) => each.key === key) ?? create({ key, links: [], former: true, welcomed: true });
  for (const name of kept.keys()) {
    if (name !== "xumian.draft" && !name.startsWith("xumian.out.")) continue;
    former.set(name.slice("xumian.".length), kept.get(name));
    kept.remove(name);
  }
}

/** The hold whose id stands in the address, or null; undefined where it names none. */
export function named(hash) {
  const id = idIn(hash);
  return id === null ? undefined : (holds().find((each) => each.id === id) ?? null);
}

/** The hold that this tab showed last. */
export const ofTab = () => holds().find((each) => each.id === session.get(TAB)) ?? null;

function idIn(hash) {
  const id = hash.slice(1);
  return ID.test(id) ? id : null;
}

/** A link's token as a hold remembers it: enough to know it again, and nothing that could be followed. FNV-1a. */
export function linkOf(token) {
  let sum = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(token)) sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n);
  return sum.toString(36);
}
