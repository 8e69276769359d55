// The staff pages work without this script. It presses buttons by keys, and lets no form be sent twice.

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || typing(event.target)) return;
  const key = event.key.toLowerCase();
  const meant = key === "arrowleft" ? "b" : key === "arrowright" ? "s" : key;
  for (const each of document.querySelectorAll("[data-key]")) {
    if (each.dataset.key === meant) {
      event.preventDefault();
      each.click();
      return;
    }
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});

// A page that the browser shows again as it was left can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
