// A moment at which somebody wants to be reminded: for their calendar, and in this browser while the page is open.

import { hold } from "/page/hold.js";
import { fetched, save } from "/page/own.js";
import { element } from "/page/rich.js";
import { say, word } from "/page/texts.js";

const NOTIFY = "notify";

const canNotify = () => isSecureContext && "Notification" in window && Notification.permission !== "denied";
const notifies = () => canNotify() && Notification.permission === "granted" && hold().get(NOTIFY) === "1";

/** What stands below a message that names such a moment. */
export function reminder(at) {
  const row = element("div", "reminder");
  row.append(button("calendar_add", async (pressed) => {
    try {
      const url = URL.createObjectURL(await fetched(`/calendar/${at}.ics`));
      save(url, `${say("calendar_name")}.ics`);
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch {
      pressed.after(word(element("span", "problem"), "file_failed"));
    }
  }));
  if (canNotify()) row.append(button("notify", ask, notifies()));
  return row;
}

function button(key, act, pressed = false) {
  const made = word(element("button", "small"), pressed ? "notify_on" : key);
  made.type = "button";
  made.disabled = pressed;
  made.addEventListener("click", async () => {
    made.parentNode.querySelector(".problem")?.remove();
    await act(made);
  });
  return made;
}

async function ask(pressed) {
  const allowed = await Notification.requestPermission();
  if (allowed === "granted") hold().set(NOTIFY, "1");
  word(pressed, allowed === "granted" ? "notify_on" : "notify_denied");
  pressed.disabled = true;
}

/** Tells of a new message while nobody looks at the page. What it says stays in the page: others may see the screen. */
export function notify(title) {
  if (!notifies()) return;
  try {
    const shown = new Notification(title, { body: say("notify_body"), tag: hold().id });
    shown.onclick = () => {
      focus();
      shown.close();
    };
  } catch {
    // some phones' browsers show none but from a service worker
  }
}
