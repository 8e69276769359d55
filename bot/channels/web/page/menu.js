// What is useful at any moment, whatever is being asked: where one is, the way out, help, one's rights.

import { element } from "/page/rich.js";
import { say, word } from "/page/texts.js";

const COMMANDS = ["status", "exit", "support", "switch", "mydata", "help"];

export class Menu {
  #button = document.getElementById("more");
  #list = document.getElementById("menu");

  /** `onChoose(command, label)` is told what was chosen; `onClose()` takes the focus back. */
  constructor({ onChoose, onClose }) {
    for (const command of COMMANDS) {
      const item = word(element("button", "menu-item"), `menu_${command}`);
      item.type = "button";
      item.tabIndex = -1;
      item.setAttribute("role", "menuitem");
      item.addEventListener("click", () => {
        this.#close();
        onChoose(`/${command}`, say(`menu_${command}`));
        onClose();
      });
      this.#list.append(item);
    }
    this.#button.addEventListener("click", () => (this.#list.hidden ? this.#open() : this.#close()));
    this.#button.addEventListener("keydown", (event) => this.#opener(event));
    this.#list.addEventListener("keydown", (event) => this.#walk(event));
    // Safari gives a pressed button no focus, so that leaving the focus alone does not tell.
    document.addEventListener("pointerdown", (event) => this.#leftFor(event.target));
    this.#list.addEventListener("focusout", (event) => event.relatedTarget && this.#leftFor(event.relatedTarget));
  }

  #open(at = 0) {
    this.#show(true);
    this.#list.children[at].focus();
  }

  #close() {
    this.#show(false);
  }

  #show(shown) {
    this.#list.hidden = !shown;
    this.#button.setAttribute("aria-expanded", String(shown));
  }

  #leftFor(target) {
    if (!this.#list.hidden && !this.#list.contains(target) && !this.#button.contains(target)) this.#close();
  }

  #opener(event) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    this.#open(event.key === "ArrowUp" ? COMMANDS.length - 1 : 0);
  }

  #walk(event) {
    const items = [...this.#list.children];
    const at = items.indexOf(document.activeElement);
    const to = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at + items.length - 1) % items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items[to].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      this.#close();
      this.#button.focus();
    }
  }
}
