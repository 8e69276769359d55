// A scrolling list that stays at its end unless the person reads further up.

const NEAR_PX = 90;
const ABOVE_PX = 12;
const BY_HAND = ["wheel", "touchmove", "pointerdown", "keydown"];

export class Scroller {
  #root;
  #pill;
  #atEnd = true;
  #revealed = false;

  /** `pill` (may be null) is the button that leads down to what came while the person was reading. */
  constructor(root, pill) {
    this.#root = root;
    this.#pill = pill;
    root.addEventListener("scroll", () => this.#look(), { passive: true });
    for (const kind of BY_HAND) root.addEventListener(kind, () => (this.#revealed = false), { passive: true });
    new ResizeObserver(() => this.follow()).observe(root); // the virtual keyboard, a turned phone
    pill?.addEventListener("click", () => {
      this.toEnd();
      root.focus({ preventScroll: true });
    });
  }

  get atEnd() {
    return this.#atEnd;
  }

  toEnd() {
    this.#atEnd = true;
    this.#revealed = false;
    if (this.#pill) this.#pill.hidden = true;
    this.#root.scrollTop = this.#root.scrollHeight;
  }

  /** After something was added or grew. */
  follow() {
    if (this.#atEnd) this.toEnd();
  }

  /** Like `follow`, for a new message; of one that is taller than the list, the beginning is shown. */
  reveal(node) {
    if (!this.#atEnd) return;
    this.toEnd();
    const cut = this.#root.getBoundingClientRect().top - node.getBoundingClientRect().top;
    if (cut <= 0) return;
    this.#root.scrollTop -= cut + ABOVE_PX;
    this.#revealed = true;
    this.#atEnd = false;
  }

  announce() {
    if (this.#pill && !this.#atEnd) this.#pill.hidden = false;
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    this.#atEnd = !this.#revealed && scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (this.#atEnd && this.#pill) this.#pill.hidden = true;
  }
}
