// One recording on its way to the server.

import { personKey } from "/page/browser.js";

const STALLED_MS = 30_000;
const ANSWER_MS = 90_000;

/**
 * Resolves to what became of it: {taken: true}, {refused: why}, or {again: seconds} where it may be tried again
 * (at once where the network failed: 0). `progress(part)` is told how much has left, from 0 to 1.
 */
export async function upload({ id, ms, blob, signal, progress }) {
  if (!navigator.locks) return send({ id, ms, blob, signal, progress });
  // Another tab may have adopted it at the same moment.
  return navigator.locks.request(`xumian.upload.${id}`, { ifAvailable: true }, (lock) =>
    lock ? send({ id, ms, blob, signal, progress }) : { again: 2 },
  );
}

function send({ id, ms, blob, signal, progress }) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much was uploaded
    let watchdog = null;
    const within = (limit) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => request.abort(), limit);
    };
    request.open("POST", `/voice/${id}?ms=${Math.round(ms)}&language=${encodeURIComponent(navigator.language)}`);
    request.setRequestHeader("x-xumian-key", personKey());
    request.setRequestHeader("content-type", blob.type || "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => {
      progress(total ? loaded / total : 0);
      within(loaded < total ? STALLED_MS : ANSWER_MS);
    };
    request.onloadend = () => {
      clearTimeout(watchdog);
      resolve(outcome(request));
    };
    signal.addEventListener("abort", () => request.abort());
    within(STALLED_MS);
    progress(0);
    request.send(blob);
  });
}

function outcome(request) {
  const { status } = request;
  if (status === 200) return { taken: true };
  if (status === 0) return { again: 0 };
  if (status === 408 || status === 429 || status >= 500) {
    return { again: Number(request.getResponseHeader("retry-after")) || 5 };
  }
  return { refused: reason(request.responseText) };
}

function reason(text) {
  try {
    return String(JSON.parse(text).why);
  } catch {
    return "other"; // something in between answered
  }
}
