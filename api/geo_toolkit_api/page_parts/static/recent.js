// The checks of this browser, kept by it alone: ids, titles and verdicts.

import { $, element, button, chip, say, verdicts } from "./words.js";

const NAME = "geo-toolkit.checks";
const MOST = 12;
const isText = (value) => typeof value === "string";

export function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) || "[]");
    const sound = (one) => one && isText(one.id) && isText(one.title) && /^[\w-]{1,128}$/.test(one.id);
    return Array.isArray(kept) ? kept.filter(sound).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function keep(list) {
  try {
    localStorage.setItem(NAME, JSON.stringify(list));
  } catch {
    // private windows may refuse; the list is a convenience
  }
}

// sites: how many a job has, for its progress.
export function remember(id, title, verdict, day, sites = 0) {
  const others = recent().filter((one) => one.id !== id);
  keep([{ id, title: String(title).slice(0, 80), verdict, day, sites }, ...others].slice(0, MOST));
  showRecent();
}

export const siteCount = (id) => Number(recent().find((one) => one.id === id)?.sites) || 0;

export function forgetAll() {
  keep([]);
  showRecent();
}

function linkTo(one) {
  const state = verdicts.includes(one.verdict) ? chip(one.verdict) : element("span", { class: "quiet" }, say("busy"));
  const title = element("span", { dir: "auto" }, one.title || one.id);
  return element("a", { href: `#check=${one.id}` }, title, element("span", { class: "quiet" }, isText(one.day) ? one.day : ""), state);
}

export function recentList(most = MOST) {
  return element("ul", { class: "recents" }, ...recent().slice(0, most).map((one) => element("li", {}, linkTo(one))));
}

export function showRecent() {
  const list = recent().map((one) => element("li", {}, linkTo(one)));
  if (list.length) list.push(element("li", {}, button(say("forget"), forgetAll)));
  else list.push(element("li", { class: "quiet" }, say("no_recent")));
  $("recent-list").replaceChildren(...list);
  $("recent-list").classList.add("recents");
}

// The check that the page's address names, so that a reload or a kept address opens it again.
export function setHash(id) {
  history.replaceState(null, "", `${location.pathname}${location.search}${id ? `#check=${id}` : ""}`);
}

export const hashId = () => /^#check=([\w-]{1,128})$/.exec(location.hash)?.[1] ?? null;
