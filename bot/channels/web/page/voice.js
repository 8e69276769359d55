// Speaking instead of typing: record, listen, send or discard. Stands in the text field's place meanwhile.

import { minutes, Player } from "/page/player.js";
import { canRecord, LONGEST_MS, Recorder } from "/page/recorder.js";
import { Draft } from "/page/recordings.js";
import { element } from "/page/rich.js";
import { label, placeholder, word } from "/page/texts.js";

const SHORTEST_MS = 500;
const BARS = 32;
const HEARD = 0.12;
const SILENT_MS = 4000;

const find = (id) => document.getElementById(id);

export class Voice {
  #form = find("compose");
  #mic = find("mic");
  #panel = find("voice");
  #time = find("voice-time");
  #meter = find("meter");
  #note = find("voice-note");
  #actions;
  #recorder = null;
  #draft = null;
  #player = null;
  #take = null;
  #levels = [];
  #heard = 0;
  #asking = false;
  #looked = false;
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  /** `actions`: `send(blob, ms)` resolves once the recording is safe; `done()` takes the focus back. */
  constructor(actions) {
    this.#actions = actions;
    this.#meter.append(...Array.from({ length: BARS }, () => element("i")));
    this.#mic.addEventListener("click", () => this.#start());
    find("voice-drop").addEventListener("click", () => this.#drop());
    find("voice-stop").addEventListener("click", () => this.#recorder?.stop());
    find("voice-send").addEventListener("click", () => this.#send());
    find("composer").addEventListener("input", () => this.#say(null));
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#recorder) this.#recorder.stop();
    });
  }

  /** Offers to speak where that is an answer now, and the browser can record. */
  async allow(isTaken) {
    const offered = isTaken && canRecord();
    this.#mic.hidden = !offered;
    this.#form.classList.toggle("with-voice", offered);
    placeholder(find("composer"), offered ? "placeholder_voice" : "placeholder");
    if (!offered || this.#looked) return;
    this.#looked = true;
    const left = await Draft.leftBehind();
    if (left && left.ms < SHORTEST_MS) await left.draft.drop();
    else if (left && !this.#busy) {
      this.#draft = left.draft;
      this.#listen(left.blob, left.ms, "voice_kept");
    }
  }

  /** Whether somebody is speaking now. */
  get recording() {
    return this.#recorder !== null;
  }

  /** The page is given up: the microphone is let go of, and what was recorded is dropped. */
  stop() {
    this.#recorder?.cancel();
    this.#recorder = null;
  }

  get #busy() {
    return this.#asking || this.#draft !== null;
  }

  async #start() {
    if (this.#busy) return;
    this.#asking = true;
    this.#mic.setAttribute("aria-busy", "true");
    this.#say("voice_asking");
    const draft = new Draft();
    try {
      await draft.claim();
      this.#recorder = await Recorder.start({
        piece: (blob, ms) => draft.add(blob, ms),
        look: (ms, level) => this.#look(ms, level),
        ended: (blob, ms) => this.#ended(blob, ms),
      });
      this.#draft = draft;
      this.#recording();
    } catch (error) {
      draft.drop();
      this.#say(WHY[error.name] ?? "voice_failed");
      this.#actions.done();
    } finally {
      this.#asking = false;
      this.#mic.removeAttribute("aria-busy");
    }
  }

  #recording() {
    this.#levels = Array(BARS).fill(0);
    this.#heard = 0;
    this.#look(0, 0);
    this.#show("recording");
    label(find("voice-drop"), "voice_cancel");
    this.#say("voice_recording");
    find("voice-stop").focus();
  }

  #look(ms, level) {
    this.#time.textContent = minutes(Math.floor(ms / 1000) * 1000);
    if (level === null) return;
    if (level > HEARD) this.#heard = ms;
    this.#panel.dataset.level = level.toFixed(2);
    this.#levels.push(level);
    this.#levels.shift();
    [...this.#meter.children].forEach((bar, at) => {
      // Without motion: a row of lamps that shows the level now; else the last seconds as a moving wave.
      const height = this.#still.matches ? Number(at / BARS < level) : this.#levels[at];
      bar.style.transform = `scaleY(${Math.max(0.08, height)})`;
    });
    const quiet = ms - this.#heard > SILENT_MS;
    if (quiet) this.#say("voice_silent");
    else if (this.#note.dataset.text === "voice_silent") this.#say("voice_recording");
  }

  #ended(blob, ms) {
    this.#recorder = null;
    if (ms < SHORTEST_MS || !blob.size) {
      this.#close();
      this.#say("voice_short");
      return;
    }
    this.#listen(blob, ms, ms >= LONGEST_MS ? "voice_longest" : "voice_listen");
  }

  #listen(blob, ms, note) {
    this.#take = { blob, ms };
    this.#player = new Player(blob, ms);
    this.#time.textContent = minutes(ms);
    this.#time.before(this.#player.node);
    this.#show("listening");
    label(find("voice-drop"), "voice_discard");
    this.#say(note);
    find("voice-send").focus();
  }

  async #send() {
    const { blob, ms } = this.#take ?? {};
    if (!blob) return;
    this.#take = null; // a double tap sends once
    await this.#actions.send(blob, ms);
    this.#close();
    this.#say(null);
  }

  #drop() {
    this.#recorder?.cancel();
    this.#recorder = null;
    this.#close();
    this.#say("voice_dropped");
  }

  #close() {
    this.#draft?.drop();
    this.#draft = this.#take = null;
    this.#player?.close();
    this.#player = null;
    this.#show("");
    this.#actions.done();
  }

  #show(what) {
    this.#panel.hidden = !what;
    this.#panel.dataset.shown = what;
    this.#form.classList.toggle("speaking", Boolean(what));
    delete this.#panel.dataset.level;
  }

  #say(key) {
    if (this.#note.dataset.text === (key ?? undefined)) return;
    if (key) return word(this.#note, key);
    delete this.#note.dataset.text;
    this.#note.textContent = "";
  }
}

const WHY = {
  NotAllowedError: "voice_denied",
  SecurityError: "voice_denied",
  NotFoundError: "voice_no_microphone",
  OverconstrainedError: "voice_no_microphone",
};
