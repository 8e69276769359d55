// A scrolling list that stays at its end unless the person reads further up.

const NEAR_PX = 90;

export class Scroller {
  #root;
  #pill;
  #atEnd = true;

  /** `pill` (may be null) is the button that leads down to what came while the person was reading. */
  constructor(root, pill) {
    this.#root = root;
    this.#pill = pill;
    root.addEventListener("scroll", () => this.#look(), { passive: true });
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
    if (this.#pill) this.#pill.hidden = true;
    this.#root.scrollTop = this.#root.scrollHeight;
  }

  /** After something was added or grew. */
  follow() {
    if (this.#atEnd) this.toEnd();
  }

  announce() {
    if (this.#pill && !this.#atEnd) this.#pill.hidden = false;
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (this.#atEnd && this.#pill) this.#pill.hidden = true;
  }
}
