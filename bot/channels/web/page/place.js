// The header's second line: stage, question and how far it is; the open question's text is one tap away.

import { language, onLanguage, say } from "/page/texts.js";

const find = (id) => document.getElementById(id);
const PHASES = new Set(["review", "completed", "paused", "exited", "lapsed", "erased"]);

export const isOver = (place) => ["completed", "exited", "lapsed", "erased"].includes(place.phase);

export class PlaceBar {
  #place = null;
  #button = find("question");
  #sheet = find("sheet");

  constructor() {
    onLanguage(() => this.#tell());
    this.#button.addEventListener("click", () => this.#open());
    find("sheet-close").addEventListener("click", () => this.#sheet.close());
    this.#sheet.addEventListener("click", (event) => event.target === this.#sheet && this.#sheet.close());
  }

  show(place) {
    this.#place = place;
    if (this.#sheet.open && !place.number) this.#sheet.close();
    this.#tell();
  }

  clear() {
    this.#place = null;
    for (const id of ["place-stage", "place-count", "sheet-stage", "sheet-count", "sheet-ask", "sheet-until"]) {
      find(id).textContent = "";
    }
  }

  #open() {
    if (!this.#place?.number) return;
    this.#sheet.showModal();
    find("sheet-close").focus();
  }

  #tell() {
    const place = this.#place;
    if (!place) return;
    const { number = 0, total = 0 } = place;
    const stage = inLanguage(place.stage);
    const count = number ? say("place_count", { number, total }) : "";
    const open = number > 0;
    this.#button.disabled = !open;
    const phase = PHASES.has(place.phase) ? say(`place_${place.phase}`) : "";
    find("place-stage").textContent = phase || stage || say("place_before", { total });
    find("place-count").textContent = count;
    const done = place.done ?? (place.phase === "completed" ? total : Math.max(0, number - 1));
    const bar = find("done");
    bar.max = Math.max(1, total);
    bar.value = done;
    bar.setAttribute("aria-valuetext", say("place_done", { done, total }));
    find("sheet-stage").textContent = stage;
    find("sheet-count").textContent = count;
    find("sheet-ask").textContent = inLanguage(place.question);
    find("sheet-until").textContent = place.deadline_ms ? say("place_until", { until: moment(place.deadline_ms) }) : "";
  }
}

const inLanguage = (wording) => wording?.[language()] ?? wording?.en ?? wording?.zh ?? "";

function moment(at) {
  const style = { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en", style).format(at);
}
