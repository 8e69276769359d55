// Rating by the keyboard, in the console's list: 1 to 5, 0 (cannot be assessed), S (later, or the next question) and
// the left arrow (back) press the buttons of the newest card that offers them. Keys in the text field stay text.

import { element } from "/page/rich.js";
import { word } from "/page/texts.js";

/** At which word of a button's line the score stands, by command. */
const SCORE_AT = { "/rate": 3, "/blind": 4, "/calibrate": 3 };
const SCORES = { 1: "1", 2: "2", 3: "3", 4: "4", 5: "5", 0: "skip" };
const SHORTCUTS = { later: "S", back: "ArrowLeft" };

/** What pressing a button means: a score, "skip", "later" or "back"; null where nothing is rated. */
function meaning(token, question) {
  const words = token.split(" ");
  const at = SCORE_AT[words[0]];
  if (!at || words.length < at || words.length > at + 1) return null;
  if (words.length > at) return words[at];
  if (words[0] !== "/rate") return "back";
  return Number(words[2]) > Number(question) ? "later" : "back";
}

function isOffer(group) {
  return [...group.children].some((button) => ["1", "skip"].includes(meaning(button.dataset.token, 0)));
}

/** The buttons of a card by what they mean. */
function meant(group) {
  const scored = [...group.children].find((button) => meaning(button.dataset.token, 0) === "skip");
  const question = scored?.dataset.token.split(" ")[2];
  return new Map([...group.children].map((button) => [meaning(button.dataset.token, question), button]));
}

/** Says below a card's buttons which keys press them, if they rate. */
export function tellKeys(group) {
  if (!isOffer(group)) return;
  for (const [what, button] of meant(group)) {
    const key = what === "skip" ? "0" : (SHORTCUTS[what] ?? what);
    if (key) button.setAttribute("aria-keyshortcuts", key);
  }
  group.after(word(element("p", "rating-keys"), "rating_keys"));
}

export class RatingKeys {
  #list;

  /** `list` holds the cards; the Escape key leaves the empty text field `line` for it. */
  constructor(list, line) {
    this.#list = list;
    list.addEventListener("keydown", (event) => this.#key(event));
    line.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing && line.value === "") list.focus({ preventScroll: true });
    });
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    const back = event.key === "ArrowLeft" ? "back" : undefined;
    const what = SCORES[event.key] ?? back ?? (event.key.toLowerCase() === "s" ? "later" : undefined);
    const button = what && this.#offered()?.get(what);
    if (!button) return;
    event.preventDefault();
    button.click();
    this.#list.focus({ preventScroll: true });
  }

  /** The buttons of the newest card that rates, unless one of them was pressed. */
  #offered() {
    const group = [...this.#list.querySelectorAll(".card .acts")].findLast(isOffer);
    return group && !group.querySelector(".chosen") ? meant(group) : null;
  }
}
