// Message text as DOM nodes. What people write never passes through an HTML parser.

const LINK = /https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef]+/gu;

/**
 * `bold` are [offset, length] in code points, not in JavaScript's UTF-16 units. With `links`, addresses can
 * be followed; a new tab, so that the conversation stays where it is.
 */
export function rich(text, bold = [], links = false) {
  const fragment = document.createDocumentFragment();
  const points = Array.from(text);
  let at = 0;
  for (const [start, length] of [...bold].sort((one, other) => one[0] - other[0])) {
    const from = Math.max(at, start);
    const to = Math.min(points.length, start + length);
    if (to <= from) continue;
    append(fragment, points.slice(at, from).join(""), links);
    append(fragment.appendChild(document.createElement("strong")), points.slice(from, to).join(""), links);
    at = to;
  }
  append(fragment, points.slice(at).join(""), links);
  return fragment;
}

function append(parent, text, links) {
  let at = 0;
  for (const match of links ? text.matchAll(LINK) : []) {
    const address = match[0].replace(/[.,;:!?)\]}*]+$/u, "");
    parent.append(text.slice(at, match.index));
    const anchor = parent.appendChild(document.createElement("a"));
    anchor.href = address;
    anchor.rel = "noopener noreferrer";
    anchor.target = "_blank";
    anchor.textContent = address;
    at = match.index + address.length;
  }
  parent.append(text.slice(at));
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing from the sprite in the page. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "use"));
  setIcon(svg, name);
  return svg;
}

export function setIcon(svg, name) {
  svg.querySelector("use").setAttribute("href", `#icon-${name}`);
}

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}
