// What every part of the page asks of the browser: storage that never throws, ids, whether it is touched.

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

/** So many random bytes, in characters that an address takes. */
export function randomName(bytes) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...drawn)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
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
