// The page from its beginning: shows the interview that it is for, or says why it shows none.

import { appearance } from "/page/appearance.js";
import { arrive } from "/page/arrive.js";
import { kept } from "/page/browser.js";
import { dropEarly } from "/page/connection.js";
import { hold, holds, kioskAddress, linkOf, show } from "/page/hold.js";
import { Gate, Watch } from "/page/kiosk.js";
import { Messenger } from "/page/messenger.js";
import { sayIn, tellAll, word } from "/page/texts.js";

const find = (id) => document.getElementById(id);

let messenger = null;
let watch = null;
let gate = null;

function start(chosen) {
  show(chosen);
  find("app").hidden = false;
  messenger = new Messenger({
    denied,
    kiosk: (code, title) => leave(() => ask(code, title)),
    former: useFormer,
    welcomed: (kiosk) => inKiosk(kiosk),
    over: (isOver) => watch?.over(isOver),
  });
  chosen.onClosed(closed);
  addEventListener("pageshow", (event) => event.persisted && !chosen.exists && closed()); // it was closed meanwhile
  find("not-you").addEventListener("click", askToLeave);
  if (chosen.record.kiosk) inKiosk(chosen.record.kiosk);
  tellAll();
  messenger.connection.open();
  messenger.composer.focusUnlessTouch();
}

// who cannot come in, or is somebody else

const DOORS = new Set(["network", "places", "busy", "too_many", "full", "closed", "erased"]);

function denied(why) {
  const token = hold().start;
  const record = hold().known;
  const fresh = !record.welcomed && !messenger.unsent;
  if (record.coded && !record.welcomed) return leave(() => ask(record.kiosk, record.title).refuse(why));
  if (fresh) hold().forget();
  find("app").hidden = true;
  messenger.connection.end();
  showDoor(DOORS.has(why) ? `denied_${why}` : "denied", () => {
    if (fresh) return location.replace(token ? kioskAddress(token) : "/");
    find("door").hidden = true;
    find("app").hidden = false;
    messenger.connection.restart();
  });
}

/** The link belongs to whom the browser's earlier key belongs to: that hold is shown. */
function useFormer(token) {
  const former = holds().find((each) => each.record.former);
  if (token !== null) {
    former.add(linkOf(token));
    former.start = token;
  }
  messenger.connection.end();
  hold().forget();
  show(former);
  location.reload();
}

function askToLeave() {
  const dialog = find("leaving");
  word(find("leaving-why"), hold().returns ? "leaving_why" : "leaving_code");
  find("leaving-unsent").hidden = !messenger.unsent;
  dialog.returnValue = "";
  dialog.onclose = () => dialog.returnValue === "leave" && closed();
  dialog.showModal();
}

/** This device has nothing to do with the interview any more. */
function closed() {
  const { kiosk, title } = hold().known;
  const door = hold().returns ? "closed" : "closed_code";
  leave(() => (kiosk ? ask(kiosk, title) : showDoor(door)));
}

/** Gives up the interview with all that is kept of it, then does something else. */
function leave(then) {
  if (hold().known.kiosk) kept.remove("xumian.language");
  watch?.stop();
  watch = null;
  messenger?.close();
  hold().forget();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  find("app").hidden = true;
  then();
}

// a shared computer

/** Whether they go on or begin, where nothing is left to go on with. */
function ask(code, title) {
  history.replaceState(null, "", kioskAddress(code));
  gate ??= new Gate(code);
  gate.open(null, title);
  tellAll();
  return gate;
}

function arriveAtKiosk({ kiosk, hold: left }) {
  if (!left) return ask(kiosk);
  show(left);
  inKiosk(kiosk);
  gate.open(() => start(left), left.record.title);
  find("app").hidden = true;
  tellAll();
}

function inKiosk(code) {
  if (!code || watch || !hold().has(linkOf(code))) return; // on a device of their own it is an interview like others
  hold().update({ kiosk: code });
  history.replaceState(null, "", kioskAddress(code));
  gate ??= new Gate(code);
  watch = new Watch(hold(), {
    busy: () => Boolean(messenger?.voice.recording),
    away: () => {
      if (!messenger) return;
      find("app").hidden = true;
      gate.open(() => (find("app").hidden = false), hold().known.title);
    },
    gone: () => {
      const { title } = hold().known;
      leave(() => ask(code, title));
    },
  });
}

// pages without an interview

/** In both languages: it is not known whose page it is. `retry`: what may be tried again. */
function showDoor(name, retry = null) {
  find("app")?.setAttribute("hidden", "");
  find("door").hidden = false;
  word(find("door-title"), `${name}_title`);
  for (const language of ["zh", "en"]) find(`door-${language}`).textContent = sayIn(language, `${name}_why`);
  find("again").hidden = retry === null;
  find("again").onclick = retry;
  tellAll();
  find("door-title").focus();
}

/** iOS lays its keyboard over the page instead of shrinking it; other browsers do as the viewport tag says. */
function fitKeyboard() {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const fit = () => {
    const covered = viewport.scale === 1 && innerHeight - viewport.height > 80;
    document.documentElement.style.setProperty("--height", covered ? `${viewport.height}px` : "");
    if (covered) scrollTo(0, 0);
  };
  viewport.addEventListener("resize", fit);
}

const arrival = arrive();
appearance(find("theme"));
fitKeyboard();
if (arrival.door || arrival.kiosk) dropEarly();
if (arrival.door) showDoor(arrival.door);
else if (arrival.kiosk) arriveAtKiosk(arrival);
else start(arrival.hold);
