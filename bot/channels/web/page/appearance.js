// Light, dark, or as the system: one attribute on the page, from which the style sheet does the rest.

import { kept } from "/page/browser.js";
import { setIcon } from "/page/rich.js";
import { label } from "/page/texts.js";

const KEY = "xumian.theme";
const THEMES = ["auto", "light", "dark"];
const BARS = { light: "#f3ede4", dark: "#171412" };

export function appearance(button) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let theme = THEMES.includes(kept.get(KEY)) ? kept.get(KEY) : "auto";

  const show = () => {
    const shown = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
    document.documentElement.dataset.theme = shown;
    document.querySelector("meta[name=theme-color]").content = BARS[shown];
    setIcon(button.querySelector("svg"), theme);
    label(button, `theme_${theme}`);
  };

  dark.addEventListener("change", show);
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    kept.set(KEY, theme);
    show();
  });
  show();
}
