// One recording or file on its way to the server.

import { hold } from "/page/hold.js";

const STALLED_MS = 30_000;
const ANSWER_MS = 90_000;

/**
 * Resolves to what became of it: {taken: true}, {refused: why}, or {again: seconds} where it may be tried again
 * (at once where the network failed: 0). `progress(part)` is told how much has left, from 0 to 1.
 */
export async function upload({ id, said, blob, signal, progress }) {
  if (!navigator.locks) return send({ id, said, blob, signal, progress });
  // Another tab may have adopted it at the same moment.
  return navigator.locks.request(`xumian.upload.${id}`, { ifAvailable: true }, (lock) =>
    lock ? send({ id, said, blob, signal, progress }) : { again: 2 },
  );
}

function send({ id, said, blob, signal, progress }) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much was uploaded
    let watchdog = null;
    const within = (limit) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => request.abort(), limit);
    };
    const told = new URLSearchParams({ language: navigator.language });
    if (said.file) told.set("name", said.file.name);
    else told.set("ms", Math.round(said.voice));
    request.open("POST", `/${said.file ? "file" : "voice"}/${id}?${told}`);
    request.setRequestHeader("x-xumian-key", hold().key);
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
