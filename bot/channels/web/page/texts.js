// The page's own words in both languages. Elements name their text by a data attribute, so that a change of
// language retells the whole page, messages' time stamps included.

import { kept } from "/page/browser.js";

const KEY = "xumian.language";
const tables = JSON.parse(document.getElementById("texts").textContent);
let current = pick(kept.get(KEY) ?? navigator.language);
const listeners = [];

function pick(tag) {
  return tag && tag.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const language = () => current;
export const onLanguage = (listener) => listeners.push(listener);

export function setLanguage(tag) {
  current = pick(tag);
  kept.set(KEY, current);
  tellAll();
}

/** Puts the current language on the page. */
export function tellAll() {
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
  retell(document);
  listeners.forEach((listener) => listener());
}

export function say(key, values = {}) {
  const text = tables[current][key] ?? tables.en[key] ?? "";
  return text.replaceAll(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The text in a certain language. */
export const sayIn = (tag, key) => tables[tag][key];

/** Gives an element one of our texts, for good: it changes with the language. */
export function word(element, key) {
  element.dataset.text = key;
  element.textContent = say(key);
  return element;
}

export function label(element, key) {
  element.dataset.label = key;
  element.setAttribute("aria-label", say(key));
  if (element.localName === "button") element.title = say(key);
  return element;
}

export function placeholder(field, key) {
  field.dataset.placeholder = key;
  field.placeholder = say(key);
}

/** A <time> with the hour and minute of `at` (epoch, ms) as the person's clock shows it. */
export function clock(at) {
  const time = document.createElement("time");
  time.dateTime = new Date(at).toISOString();
  time.dataset.at = at;
  tellTime(time);
  return time;
}

/** The local calendar day, as a key that compares. */
export function dayOf(at) {
  const when = new Date(at);
  return `${when.getFullYear()}-${when.getMonth() + 1}-${when.getDate()}`;
}

/** Today, yesterday, or the date; `at` stays with the element. */
export function tellDay(element, at) {
  element.dataset.dayAt = at;
  const daysAgo = Math.round((midnight(Date.now()) - midnight(at)) / 86_400_000);
  if (daysAgo === 0 || daysAgo === 1) {
    element.textContent = new Intl.RelativeTimeFormat(current, { numeric: "auto" }).format(-daysAgo, "day");
    return;
  }
  const sameYear = new Date(at).getFullYear() === new Date().getFullYear();
  const style = { weekday: "long", month: "long", day: "numeric", ...(sameYear ? {} : { year: "numeric" }) };
  element.textContent = new Intl.DateTimeFormat(current, style).format(at);
}

const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);

function tellTime(time) {
  const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  time.textContent = new Intl.DateTimeFormat(current, style).format(Number(time.dataset.at));
}

function retell(root) {
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of root.querySelectorAll("[data-label]")) label(element, element.dataset.label);
  for (const element of root.querySelectorAll("[data-placeholder]")) placeholder(element, element.dataset.placeholder);
  for (const element of root.querySelectorAll("time[data-at]")) tellTime(element);
  for (const element of root.querySelectorAll("[data-day-at]")) tellDay(element, Number(element.dataset.dayAt));
}
