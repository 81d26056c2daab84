// The check page: takes one file, has it checked, shows verdict, matters, faults and map.

import {
  $, element, button, say, language, setLanguage, announce, signOf,
} from "./words.js";
import * as service from "./asking.js";
import { showBlank, showCheck, zoomTo, drawOutline, stopDrawing } from "./stage.js";
import { resultParts, showBanner, showConditions, titleOfResult, worstFirst, worstVerdict } from "./result.js";
import { faultParts, showSketch, hideSketch } from "./faults.js";
import { showFiles, setUpMenus } from "./taking.js";
import { showWho, setUpKey } from "./key.js";
import { remember, recentList, recent, showRecent, siteCount, setHash, hashId } from "./recent.js";

const POLL_MS = 800;
const SMALL_BYTES = 2 ** 21;
const FIELDS = ["project_type", "nature", "scope", "as_of", "crs", "datum", "encoding", "layer", "corridor_m", "declare", "land_take"];
const CONDITIONS = ["project_type", "nature", "scope", "as_of"];

// What the page is showing; a turn is one piece of work, and an older one may not show anything.
const state = { kind: "empty", file: null, isDrawn: false, features: 0, id: null, result: null, site: null, extra: [], stale: false, turn: 0, abort: null, inspection: null, message: null };

function fields() {
  const asked = Object.fromEntries(FIELDS.map((name) => {
    const input = $("form").elements[name];
    return [name, input.type === "file" ? input.files[0] ?? null : input.value.trim()];
  }));
  return state.isDrawn ? { ...asked, crs: "", encoding: "", layer: "", datum: "cgcs2000" } : asked; // as the map is
}

function beginTurn() {
  state.abort?.abort();
  state.abort = new AbortController();
  stopDrawing();
  hideSketch();
  showError("");
  state.turn += 1;
  return state.turn;
}

const isOver = (turn) => turn !== state.turn;

function showError(text) {
  $("error").textContent = text;
}

function become(kind, values = {}) {
  Object.assign(state, { kind, inspection: null, message: null, progress: null }, values);
  show();
}

/* ---- what stands in the list at the left ---- */

function emptyParts() {
  const parts = [element("p", {}, say("empty_1")), element("p", {}, say("empty_2"))];
  if (recent().length) parts.push(element("h2", {}, say("recent")), recentList(5));
  return [element("div", { class: "block" }, ...parts)];
}

function workingParts() {
  const bar = element("progress", { id: "progress", max: "1", "aria-label": say("busy") });
  const parts = [element("h2", {}, say("busy")), bar, element("p", { id: "progress-text" }, say("reading"))];
  if (state.id) parts.push(element("p", { class: "quiet" }, say("keep_address")));
  parts.push(element("div", { class: "row" }, button(say("stop"), stop, { id: "stop", class: "second" })));
  return [element("div", { class: "block" }, ...parts)];
}

function messageParts() {
  const { title, lines } = state.message;
  return [element("div", { class: "block", id: "message" }, element("h2", {}, say(title)), ...lines.map((line) => element("p", { dir: "auto" }, line)))];
}

function doneParts() {
  const acts = {
    choose(siteId) {
      state.site = siteId;
      show();
      zoomTo(siteId, null);
      document.querySelector(`#panel [aria-pressed="true"]`)?.focus();
    },
    zoom: (siteId, role) => zoomTo(siteId, role),
    extra: [...mapNote(), ...state.extra],
  };
  const parts = resultParts(state.result, state.site, acts);
  return state.stale ? [element("p", { class: "changed" }, say("changed")), ...parts] : parts;
}

function mapNote() {
  const most = Number($("form").dataset.quickSites);
  return state.result.sites.length > most ? [say("map_outlines", { n: most })] : [];
}

const PARTS = {
  empty: emptyParts, working: workingParts, message: messageParts, done: doneParts,
  faults: () => faultParts(state.inspection),
};

function show() {
  const isDone = state.kind === "done";
  const isFirst = $("panel").dataset.kind !== state.kind;
  $("panel").dataset.kind = state.kind;
  $("panel").classList.toggle("stale", isDone && state.stale);
  $("panel").setAttribute("aria-busy", String(state.kind === "working"));
  const top = $("panel").scrollTop;
  $("panel").replaceChildren(...PARTS[state.kind]());
  $("panel").scrollTop = isFirst ? 0 : top;
  const words = { working: "busy", faults: "no_verdict", message: "no_verdict" };
  showBanner(isDone ? state.result : null, state.stale, words[state.kind] ?? "not_yet");
  $("submit").textContent = say(isDone ? "submit_again" : "submit");
  $("submit").disabled = state.kind === "working";
  showProgress();
  showFiles(state);
  showFile();
}

function showProgress() {
  if (state.kind !== "working" || !state.progress) return;
  const { progress, status } = state.progress;
  if (status === "queued") {
    $("progress-text").textContent = say("queued");
    return;
  }
  $("progress").value = progress;
  const all = state.features || siteCount(state.id);
  $("progress-text").textContent = all
    ? say("progress_sites", { done: Math.floor(progress * all), all })
    : say("progress_percent", { n: Math.round(progress * 100) });
}

function showFile() {
  $("drop").classList.toggle("has-file", Boolean(state.file));
  $("drop-text").textContent = $("drop-text").title = state.file ? state.file.name : say("drop");
}

/* ---- one check ---- */

async function submit(event) {
  event?.preventDefault();
  const { file } = state;
  if (!file) return showError(say("no_file"));
  if (file.size > Number($("form").dataset.maxBytes)) return showError(say("too_large"));
  const turn = beginTurn();
  const asked = fields();
  setHash("");
  become("working", { id: null, result: null, site: null, extra: [], stale: false });
  announce(say("busy"));
  let answer;
  try {
    if (await hasFaults(file, asked, turn)) return undefined;
    answer = await service.startCheck(file, asked, state.abort.signal);
  } catch (error) {
    if (isOver(turn)) return undefined;
    return error.name === "AbortError" ? cancelled() : refused(error, file, asked, turn);
  }
  if (isOver(turn)) return undefined;
  if (answer.sites) return finish(answer.id, answer, turn);
  remember(answer.id, file.name, "", asked.as_of, state.features);
  return follow(answer, turn);
}

// Shows all that is wrong with a file, where it cannot be read; a large one is inspected only once refused.
async function hasFaults(file, asked, turn, most = SMALL_BYTES) {
  if (file.size > most) return false;
  const inspection = await service.inspect(file, asked).catch(() => null);
  if (isOver(turn)) return true;
  if (inspection?.usable === false) showFaults(inspection);
  return inspection?.usable === false;
}

// A refusal: all the faults of the file where it has any, else the one line.
async function refused(error, file, asked, turn) {
  if (error.status === 422 && await hasFaults(file, asked, turn, Infinity)) return;
  if (isOver(turn)) return;
  become("message", { message: { title: "refused_line", lines: [] } });
  showError(error.message);
}

async function follow(answer, turn) {
  setHash(answer.id);
  become("working", { id: answer.id, result: null, progress: answer });
  while (!isOver(turn)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    let now;
    try {
      now = await service.checkState(answer.id);
    } catch (error) {
      if (isOver(turn)) return;
      if (error.status === 0) continue; // the service may be restarting; the job goes on
      ended("gone", [error.message, say("gone_how")]);
      return;
    }
    if (isOver(turn)) return;
    if (now.result) return finish(now.id, now.result, turn);
    if (now.status === "failed") return ended("failed", [now.detail || ""]);
    if (now.status === "cancelled") return cancelled();
    state.progress = now;
    showProgress();
  }
}

async function finish(id, result, turn) {
  setHash(id);
  remember(id, titleOfResult(result), worstVerdict(result), result.as_of);
  become("done", { id, result, site: worstFirst(result)[0]?.id ?? null, extra: [], stale: false });
  showConditions(result);
  announce(`${say("done")}${say("separator")}${signOf(worstVerdict(result)).word}`);
  $("verdict").focus({ preventScroll: true });
  await Promise.all([showCheck(result.check_id ?? id), inThisLanguage(turn)]);
}

function ended(title, lines) {
  become("message", { message: { title, lines: lines.filter(Boolean) } });
  announce(say(title));
  $("panel").focus({ preventScroll: true });
}

function cancelled() {
  ended("cancelled", [say("cancelled_how")]);
}

async function stop() {
  const { id } = state;
  $("stop").disabled = true;
  $("stop").textContent = say("stopping");
  if (!id) {
    state.abort.abort();
    return;
  }
  try {
    await service.cancelCheck(id);
  } catch (error) {
    showError(error.message);
    $("stop").disabled = false;
    $("stop").textContent = say("stop");
  }
}

async function open(id) {
  const turn = beginTurn();
  become("working", { id: null, result: null, site: null, extra: [], stale: false });
  $("progress-text").textContent = say("opening");
  try {
    const now = await service.checkState(id);
    if (isOver(turn)) return;
    if (now.result) await finish(id, now.result, turn);
    else if (now.status === "failed") ended("failed", [now.detail || ""]);
    else if (now.status === "cancelled") cancelled();
    else {
      state.features = 0; // of another file; the list of recent checks knows how many sites it has
      await follow(now, turn);
    }
  } catch (error) {
    if (!isOver(turn)) ended("gone", [error.message, say("gone_how")]);
  }
}

/* ---- the file ---- */

function choose(file, isDrawn = false) {
  state.file = file;
  state.isDrawn = isDrawn;
  state.features = 0;
  showError("");
  if (state.kind === "done") state.stale = true;
  if (state.kind === "faults" || state.kind === "message") {
    hideSketch();
    become("empty", { id: null });
    setHash("");
  }
  show();
  lookAt(file);
}

// The faults of a small file are told as soon as it is there.
async function lookAt(file) {
  if (file.size > SMALL_BYTES) return;
  const { turn } = state;
  try {
    const inspection = await service.inspect(file, fields());
    if (state.file !== file) return;
    state.features = inspection.features;
    if (isOver(turn)) return;
    if (!inspection.usable) showFaults(inspection);
    else if (state.kind === "faults") {
      hideSketch();
      become("empty");
    }
  } catch {
    // the check itself tells what is wrong
  }
}

function showFaults(inspection) {
  setHash("");
  become("faults", { id: null, result: null, inspection });
  showSketch(inspection.sketch);
  announce(say("refused", { n: inspection.faults.filter((fault) => fault.level === "error").length }));
  $("faults-head").focus({ preventScroll: true });
}

// A condition or an option is another: the result is of the earlier one, faults may be others.
function changed() {
  if (state.kind === "faults" && state.file) lookAt(state.file);
  if (state.kind !== "done") return;
  state.stale = true;
  show();
}

async function takeExample() {
  const { name, type } = $("example").dataset;
  try {
    choose(await service.example(name));
    $("project_type").value = type;
    $("submit").focus();
  } catch (error) {
    showError(error.message);
  }
}

async function draw() {
  hideSketch();
  const file = await drawOutline();
  if (!file) return $("draw").focus();
  choose(file, true);
  return $("submit").focus();
}

function takeDropped(event) {
  event.preventDefault();
  $("drop").classList.remove("over");
  const { files } = event.dataTransfer;
  if (files.length > 1) showError(say("several"));
  else if (files.length) choose(files[0]);
}

/* ---- the language ---- */

async function switchLanguage(event) {
  event.preventDefault();
  const next = language() === "en" ? "zh" : "en";
  setLanguage(next);
  history.replaceState(null, "", `${location.pathname}?lang=${next}${location.hash}`);
  stopDrawing();
  showWho();
  showRecent();
  if (state.kind === "faults" && state.file) {
    const turn = state.turn;
    const inspection = await service.inspect(state.file, fields()).catch(() => state.inspection);
    if (isOver(turn)) return;
    state.inspection = inspection;
    showSketch(inspection.sketch);
  }
  show();
  if (state.kind === "done") await Promise.all([showCheck(state.result.check_id ?? state.id), inThisLanguage(state.turn)]);
  else await showBlank();
}

// Titles and reasons come from the service in the language of the check; here they are asked in the page's.
async function inThisLanguage(turn) {
  if (!state.result.language || state.result.language === language()) return;
  const wanted = language();
  try {
    const worded = await service.inLanguage(state.result.check_id ?? state.id);
    if (isOver(turn) || language() !== wanted) return;
    state.result = worded;
    state.extra = [];
  } catch (error) {
    if (isOver(turn)) return;
    state.extra = [say("other_words", { why: error.message })];
  }
  show();
}

/* ---- setting up ---- */

function setUpFile() {
  $("file").addEventListener("change", () => { if ($("file").files.length) choose($("file").files[0]); });
  $("file").addEventListener("click", () => { $("file").value = ""; }); // the same file may be chosen again
  document.addEventListener("dragover", (event) => { event.preventDefault(); $("drop").classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) $("drop").classList.remove("over"); });
  document.addEventListener("drop", takeDropped); // wherever on the page it falls
  $("example").addEventListener("click", takeExample);
  $("draw").addEventListener("click", draw);
  for (const name of [...CONDITIONS, "more"]) $(name).addEventListener("change", changed);
}

function setUp() {
  $("form").addEventListener("submit", submit);
  setUpFile();
  setUpMenus(state, fields);
  setUpKey();
  $("language").addEventListener("click", switchLanguage);
  window.addEventListener("hashchange", () => { if (hashId() && hashId() !== state.id) open(hashId()); });
  showRecent();
  show();
  if (hashId()) open(hashId());
  showBlank();
}

setUp();
