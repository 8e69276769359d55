// Files that only this interview's page is given: it says who it is by its key.

import { hold } from "/page/hold.js";

const WHOLE_MS = 120_000;

/** The file at this address. Rejects where there is none, or it cannot be had now. */
export async function fetched(address) {
  const headers = { "x-xumian-key": hold().key };
  const answer = await fetch(address, { headers, signal: AbortSignal.timeout(WHOLE_MS) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.blob();
}

/** Hands a file to the person, under this name. */
export function save(url, name) {
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
}
