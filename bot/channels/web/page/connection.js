// One WebSocket that keeps coming back: back-off with jitter, heartbeat, at once when the network returns.

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15_000;
const PING_EVERY_MS = 20_000;
const ANSWER_WITHIN_MS = 10_000;
const OPEN_ELSEWHERE = 4001; // the server's close code for a tab that gave way to a newer one

export class Connection {
  #hello;
  #onFrame;
  #onState;
  #socket = null;
  #state = "connecting";
  #failures = 0;
  #timer = null;
  #beat = null;
  #deadline = null;
  #pings = 0;
  #ended = false;

  /**
   * `hello()` makes the first frame of each connection; `onFrame(frame)` gets every parsed frame but pongs;
   * `onState("connecting" | "online" | "offline" | "elsewhere")` is told changes. "online" is the first frame
   * received; "elsewhere": this tab gave way to a newer one, and comes back only by `restart()`.
   */
  constructor({ hello, onFrame, onState }) {
    this.#hello = hello;
    this.#onFrame = onFrame;
    this.#onState = onState;
    addEventListener("online", () => this.#nudge());
    addEventListener("pageshow", (event) => event.persisted && this.#nudge());
    addEventListener("offline", () => this.#expect(2000));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#nudge());
  }

  open() {
    this.#ended = false;
    this.#drop();
    const socket = takeEarly() ?? new WebSocket(address());
    this.#socket = socket;
    const greet = () => socket.send(JSON.stringify(this.#hello()));
    socket.onopen = greet;
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = ({ code }) => (code === OPEN_ELSEWHERE ? this.#gaveWay() : this.#lost());
    if (socket.readyState === WebSocket.OPEN) greet();
    this.#deadline = setTimeout(() => this.#lost(), ANSWER_WITHIN_MS);
  }

  /** True when the frame was handed to an open connection; that says nothing about its arrival. */
  send(frame) {
    if (this.#state !== "online" || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Closes without coming back, until `open()` is called again. */
  end() {
    this.#ended = true;
    this.#drop();
    this.#become("offline");
  }

  /** Starts anew with a fresh hello. */
  restart() {
    this.#drop();
    this.#become("connecting");
    this.open();
  }

  #receive(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (this.#state !== "online" && !("denied" in frame)) this.#welcomed();
    if ("pong" in frame) {
      clearTimeout(this.#deadline);
      this.#deadline = null;
      return;
    }
    this.#onFrame(frame);
  }

  #welcomed() {
    clearTimeout(this.#deadline);
    this.#deadline = null;
    this.#failures = 0;
    this.#beat = setInterval(() => this.#expect(ANSWER_WITHIN_MS), PING_EVERY_MS);
    this.#become("online");
  }

  /** Asks for a sign of life; without one in time the connection counts as lost. */
  #expect(within) {
    if (this.#state !== "online" || this.#deadline !== null) return;
    this.#deadline = setTimeout(() => this.#lost(), within);
    this.send({ ping: ++this.#pings });
  }

  /** The network or the person is back: try now, or make sure that what looks open is. */
  #nudge() {
    if (this.#ended) return;
    if (this.#state === "online") this.#expect(ANSWER_WITHIN_MS);
    else if (this.#timer !== null) {
      this.#failures = 0;
      this.open();
    }
  }

  #lost() {
    this.#drop();
    this.#become("offline");
    if (this.#ended) return;
    const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.open(), ceiling * (0.5 + Math.random() / 2));
  }

  #gaveWay() {
    this.#ended = true;
    this.#drop();
    this.#become("elsewhere");
  }

  /** Lets go of the socket at once: on a dead network its own close may take minutes. */
  #drop() {
    clearTimeout(this.#timer);
    clearTimeout(this.#deadline);
    clearInterval(this.#beat);
    this.#timer = this.#deadline = this.#beat = null;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #become(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.#onState(state);
  }
}

function address() {
  const url = new URL("/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

/** The socket that was opened while the page was on its way, see early.js; null where it is gone, or was taken. */
function takeEarly() {
  const socket = globalThis.earlySocket;
  globalThis.earlySocket = null;
  return socket?.readyState <= WebSocket.OPEN ? socket : null;
}

/** Nobody will use it: this page shows no interview. */
export function dropEarly() {
  const socket = takeEarly();
  if (socket?.readyState === WebSocket.OPEN) socket.close();
  else if (socket) socket.onopen = () => socket.close();
}
