// What the browser keeps for this page: who the person is, the invitation they followed, small settings.

/** A Storage that never throws: where the browser forbids storage, values live as long as the page. */
function safe(name) {
  const spare = new Map();
  let real = null;
  try {
    real = window[name];
    real.setItem("xumian.probe", "1");
    real.removeItem("xumian.probe");
  } catch {
    real = null;
  }
  return {
    get: (key) => (spare.has(key) ? spare.get(key) : real ? real.getItem(key) : null),
    set(key, value) {
      try {
        if (!real) throw new Error("no storage");
        real.setItem(key, value);
        spare.delete(key);
      } catch {
        spare.set(key, value); // full or forbidden: better kept for this page than not at all
      }
    },
    remove(key) {
      spare.delete(key);
      if (real) real.removeItem(key);
    },
    keys: () => [...new Set([...spare.keys(), ...(real ? Object.keys(real) : [])])],
  };
}

export const kept = safe("localStorage");
export const session = safe("sessionStorage");

const KEY = "xumian.key";
const START = "xumian.start";

/** The person's secret: the same after a reload, in each tab, and after a restart of the browser. */
export function personKey() {
  let key = kept.get(KEY);
  if (!key) {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    kept.set(KEY, btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""));
    key = kept.get(KEY); // read again: another tab may have been opened at the same moment
  }
  return key;
}

/** Takes `?start=` out of the address bar (it is a secret and would be shared by copying) and keeps it. */
export function takeStart() {
  const url = new URL(location.href);
  const start = url.searchParams.get("start");
  if (start === null) return;
  if (start) session.set(START, start);
  url.searchParams.delete("start");
  history.replaceState(null, "", url.pathname + url.search + url.hash);
}

export const startToken = () => session.get(START);

/** Forgets the token, unless another one has taken its place meanwhile. */
export function startWelcomed(token) {
  if (token !== null && session.get(START) === token) session.remove(START);
}

/** A new message id. `crypto.randomUUID` is missing where the page came over plain HTTP from another machine. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Touch first: moving the focus into the text field would pull the virtual keyboard up. */
export const touch = () => matchMedia("(pointer: coarse)").matches;
