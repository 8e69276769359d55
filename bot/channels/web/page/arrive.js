// Which interview a page that was just loaded shows, or what it says instead.

import { session } from "/page/browser.js";
import { holds, linkOf, named, newHold, ofTab, takeOver } from "/page/hold.js";

const INTENT = "xumian.intent";
export const LEFT_MS = 120_000;

/**
 * {hold}: this one; {kiosk, hold}: somebody has to say first whether they go on (`hold`, or null) or begin; or
 * {door: "several" | "closed"}.
 */
export function arrive() {
  takeOver();
  const token = tokenInAddress();
  const intent = takeIntent();
  if (intent) return { hold: begin(intent) };
  if (token) return toShow(follow(token));
  const inAddress = named(location.hash);
  if (inAddress === null) return { door: "closed" };
  const chosen = inAddress ?? ofTab();
  if (chosen) return toShow(chosen);
  const all = holds();
  const begun = all.filter(({ record }) => record.welcomed || record.links.length > 0);
  if (begun.length > 1) return { door: "several" };
  return toShow(begun[0] ?? all[0] ?? newHold());
}

/** In a kiosk somebody begins, or goes on with a resume code: what the page does once it is loaded again. */
export function intend(intent) {
  session.set(INTENT, JSON.stringify(intent));
}

function takeIntent() {
  const intent = session.get(INTENT);
  session.remove(INTENT);
  return intent ? JSON.parse(intent) : null;
}

/** `kiosk` is the campaign's code; `code` a resume code, where somebody goes on. */
function begin({ kiosk, code }) {
  for (const left of holds()) if (left.record.kiosk === kiosk) left.forget();
  const made = newHold(kiosk, { kiosk, seen: Date.now(), coded: Boolean(code) });
  made.start = code ?? kiosk;
  return made;
}

function follow(token) {
  const link = linkOf(token);
  const chosen = holds().find((each) => each.has(link)) ?? newHold(token);
  chosen.start = token;
  return chosen;
}

/** In a kiosk whoever was here may have gone; after a while, nothing of them is left. */
function toShow(chosen) {
  const { kiosk, seen } = chosen.record;
  if (!kiosk) return { hold: chosen };
  if (Date.now() - (seen ?? 0) < LEFT_MS) return { kiosk, hold: chosen };
  chosen.forget();
  return { kiosk, hold: null };
}

/** Takes `?start=` out of the address: it is a secret, and would be shared by copying. */
function tokenInAddress() {
  const url = new URL(location.href);
  const token = url.searchParams.get("start");
  url.searchParams.delete("start");
  if (token !== null) history.replaceState(null, "", url.pathname + url.search);
  return token;
}
