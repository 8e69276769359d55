// Opens the socket while the rest of the page is still on its way; connection.js takes it over.
(() => {
  const url = new URL("/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  globalThis.earlySocket = new WebSocket(url);
})();
