// What the page shows by itself once the person has agreed: what it runs on, in a few coarse words, and whether it is
// looked at. No more is asked of the browser: nobody is recognised by it.

const BROWSERS = [
  ["WeChat", /MicroMessenger\/(\d+)/],
  ["DingTalk", /DingTalk\/(\d+)/],
  ["QQ", /MQQBrowser\/(\d+)/],
  ["UC", /UCBrowser\/(\d+)/],
  ["Samsung", /SamsungBrowser\/(\d+)/],
  ["Edge", /Edg(?:A|iOS)?\/(\d+)/],
  ["Opera", /OPR\/(\d+)/],
  ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /(?:Chrome|CriOS)\/(\d+)/],
  ["Safari", /Version\/(\d+).*Safari/],
];
const NETWORKS = ["wifi", "cellular", "ethernet"];

/** {device, browser, version, network}; empty: not known. */
export function client() {
  const agent = navigator.userAgent;
  const [browser, pattern] = BROWSERS.find(([, form]) => form.test(agent)) ?? ["", null];
  return { device: device(agent), browser, version: pattern?.exec(agent)[1] ?? "", network: network() };
}

function device(agent) {
  const iPad = /iPad/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
  if (iPad || (/Android/.test(agent) && !/Mobile/.test(agent))) return "tablet";
  return navigator.userAgentData?.mobile || /Mobile|iPhone/.test(agent) ? "phone" : "computer";
}

function network() {
  const now = navigator.connection;
  if (!now) return "";
  if (NETWORKS.includes(now.type)) return now.type;
  return now.type && now.type !== "unknown" ? "other" : (now.effectiveType ?? "");
}

export class Circumstances {
  #send;
  #told = "";
  #agreed = false;

  /** `send(frame)` as that of the connection: what cannot be sent now is not kept. */
  constructor(send) {
    this.#send = send;
    document.addEventListener("visibilitychange", () => this.#notice(document.hidden ? "hidden" : "shown"));
    addEventListener("pagehide", () => this.#notice("closed"));
    navigator.connection?.addEventListener?.("change", () => this.#tell());
  }

  /** From now on they may be told; on each new connection all of it anew. */
  agreed() {
    this.#agreed = true;
    this.#told = "";
    this.#tell();
    this.#notice(document.hidden ? "hidden" : "shown");
  }

  /** The connection is gone, and what was agreed to is asked for again with the next one. */
  offline() {
    this.#agreed = false;
  }

  #tell() {
    const now = client();
    const form = JSON.stringify(now);
    if (this.#agreed && form !== this.#told && this.#send({ client: now })) this.#told = form;
  }

  #notice(noticed) {
    if (this.#agreed) this.#send({ noticed });
  }
}
