// The page's words in both languages, its numbers, and elements that hold text as text only.

const all = JSON.parse(document.getElementById("words").textContent);
let lang = document.documentElement.lang === "en" ? "en" : "zh";

export const verdicts = all.verdicts;
export const $ = (id) => document.getElementById(id);
export const language = () => lang;
export const titles = (kind) => all[lang][kind];
export const titleOf = (kind, code) => all[lang][kind][code] ?? String(code);

export function say(key, values = {}) {
  return all[lang].text[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function button(text, act, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

export function announce(text) {
  $("live").textContent = text;
}

export function number(value, digits) {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// As geo_toolkit/report/numbers.py prints them: no number is "—", nothing is "0".
const blank = "—";
const plain = (value, digits) => (value === null || value === undefined ? blank : value === 0 ? "0" : number(value, digits));
export const squareMetres = (m2) => plain(m2, m2 !== null && m2 >= 100000 ? 0 : 1);
export const percent = (share) => plain(share === null || share === undefined ? null : share * 100, 2);
export const metres = (m) => plain(m, 1);
export const hectares = (m2) => say("ha_mu", { ha: number(m2 / 10000, 4), mu: number((m2 * 3) / 2000, 2) });

export function sign(code) {
  const { icon, word } = all[lang].signs[code];
  return [element("span", { class: "icon", "aria-hidden": "true" }, icon), ` ${word}`];
}

export const chip = (code) => element("span", { class: `chip v-${code}` }, ...sign(code));
export const signOf = (code) => all[lang].signs[code];

// Every fixed word of the page in the other language; what was made from data is made anew by page.js.
export function setLanguage(next) {
  lang = next;
  document.documentElement.lang = next === "en" ? "en" : "zh-CN";
  document.title = `${all[next].place} · ${say("heading")}`;
  $("place").textContent = all[next].place;
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = say(one.dataset.word);
  for (const one of document.querySelectorAll("[data-word-label]")) one.setAttribute("aria-label", say(one.dataset.wordLabel));
  for (const list of document.querySelectorAll("select[data-titles]")) {
    for (const option of list.options) option.textContent = titleOf(list.dataset.titles, option.value);
  }
  for (const link of document.querySelectorAll("#maps a")) {
    link.textContent = link.dataset[next];
    link.href = `${link.pathname}?lang=${next}`;
  }
  const other = next === "en" ? "zh" : "en";
  $("language").href = `/?lang=${other}`;
  $("language").lang = other === "en" ? "en" : "zh-CN";
}
