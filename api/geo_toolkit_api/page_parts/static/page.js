"use strict";
// The check page: takes one file, posts it, shows what came back. All text goes in as text.

const words = JSON.parse(document.getElementById("words").textContent);
const text = words.text;
const $ = (id) => document.getElementById(id);
let dropped = null;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function filled(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

function number(value, digits) {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// As geo_toolkit/report/numbers.py prints them: no number is "—", nothing is "0".
const blank = "—";
const squareMetres = (m2) => (m2 === null ? blank : m2 === 0 ? "0" : `${number(m2, 1)} m²`);
const percent = (share) => (share === null ? blank : share === 0 ? "0" : `${number(share * 100, 2)}%`);
const metres = (m) => (m === null ? blank : m === 0 ? "0" : `${number(m, 1)} m`);
const hectares = (m2) => filled(text.ha_mu, { ha: number(m2 / 10000, 4), mu: number((m2 * 3) / 2000, 2) });
const title = (titles, code) => titles[code] ?? code;

function sign(code) {
  const { icon, word } = words.signs[code];
  return [element("span", { class: "icon", "aria-hidden": "true" }, icon), ` ${word}`];
}

// A role that only advisory rules hit never reads as clear.
function roleSign(role, findings) {
  const advised = findings.some(
    (f) => f.severity === "advisory" && (f.outcome === "hit" || f.outcome === "borderline"),
  );
  return role.verdict === "clear" && advised ? "advisory" : role.verdict;
}

// The findings that carry a role's verdict, worst first.
function deciding(role, findings) {
  const outcomes = ["hit", "borderline", "undetermined", "clear", "sliver"];
  const severities = ["prohibited", "restricted", "conditional", "advisory"];
  const rank = (f) => outcomes.indexOf(f.outcome) * 10 + severities.indexOf(f.severity);
  const ranked = [...findings].sort((a, b) => rank(a) - rank(b));
  const some = (test) => {
    const kept = ranked.filter(test);
    return kept.length ? kept : ranked;
  };
  if (role.verdict === "undetermined") return some((f) => f.outcome !== "clear" && f.outcome !== "sliver");
  if (role.verdict === "clear") return some((f) => f.outcome === "hit" || f.outcome === "borderline");
  return some((f) => f.outcome === "hit");
}

function citation(cited) {
  if (!cited || typeof cited === "string") return cited || "";
  return `《${cited.title}》${cited.year ? `（${cited.year}）` : ""}${cited.article || ""}`;
}

const once = (texts) => [...new Set(texts.filter(Boolean))];

// The first reasons at once, the rest folded, so that one long matter does not hide the others.
function reasonLists(reasons) {
  const list = (some) => element("ul", {}, ...some.map((reason) => element("li", {}, reason)));
  const shown = Math.min(reasons.length, 2);
  const rest = reasons.slice(shown);
  const parts = shown ? [list(reasons.slice(0, shown))] : [];
  if (rest.length) {
    const more = element("summary", {}, filled(text.more_reasons, { n: rest.length }));
    parts.push(element("details", {}, more, list(rest)));
  }
  return parts;
}

function roleRow(role, findings) {
  const code = roleSign(role, findings);
  const carrying = deciding(role, findings);
  const reasons = once(carrying.map((f) => f.reason));
  const basis = once(carrying.map((f) => citation(f.citation)));
  const why = element("td", {}, ...reasonLists(reasons));
  if (basis.length) why.append(element("div", { class: "quiet" }, basis.join(text.list)));
  if (role.ask) why.append(element("div", { class: "quiet" }, text.ask + text.separator + role.ask));
  return element(
    "tr",
    { "data-role": role.role },
    element("th", { scope: "row" }, title(words.roles, role.role)),
    element("td", { class: `v-${code}` }, element("span", { class: "sign" }, ...sign(code))),
    element("td", { class: "number" }, squareMetres(role.overlap_m2)),
    element("td", { class: "number" }, percent(role.overlap_share)),
    element("td", { class: "number" }, metres(role.nearest_m)),
    why,
  );
}

function siteSection(site, alone) {
  const heading = element("h2", {}, site.name || text.no_name, element("span", { class: "quiet" }, site.id));
  if (!alone) {
    heading.append(
      element("span", { class: `sign v-${site.verdict}` }, ...sign(site.verdict)),
      element("span", { class: "quiet" }, hectares(site.area_m2)),
    );
  }
  const columns = [
    ["c-role", text.role, ""], ["c-sign", text.conclusion, ""], ["c-area", text.overlap, "number"],
    ["c-share", text.share, "number"], ["c-near", text.nearest, "number"], ["c-why", text.reasons, ""],
  ];
  const order = (role) => words.verdicts.indexOf(role.verdict);
  const worstFirst = [...site.roles].sort((a, b) => order(a) - order(b));
  const rows = worstFirst.map((role) => roleRow(role, site.findings.filter((f) => f.role === role.role)));
  return element(
    "section",
    { class: "site" },
    heading,
    element(
      "table",
      {},
      element("colgroup", {}, ...columns.map(([name]) => element("col", { class: name }))),
      element("thead", {}, element("tr", {}, ...columns.map(([, head, kind]) => element("th", { scope: "col", class: kind }, head)))),
      element("tbody", {}, ...rows),
    ),
  );
}

function scopeTitle(id) {
  const option = [...$("scope").options].find((candidate) => candidate.value === id);
  return option ? option.textContent : id;
}

function showBanner(result) {
  const worst = words.verdicts.find((verdict) => result.sites.some((site) => site.verdict === verdict));
  const missing = new Set(
    result.sites.flatMap((site) =>
      [...site.roles, ...site.findings].filter((r) => r.reason_code === "no_layer").map((r) => r.role)),
  );
  const area = result.sites.reduce((sum, site) => sum + site.area_m2, 0);
  const names = result.sites.length === 1
    ? result.sites[0].name || text.no_name
    : filled(text.sites, { n: result.sites.length });
  const facts = [
    [text.site, names], [text.area, hectares(area)],
    [text.project_type, title(words.project_types, result.project_type)],
    [text.nature, title(words.natures, result.nature)],
    [text.scope, scopeTitle(result.scope.id)], [text.as_of, result.as_of],
  ];
  const state = [
    text.file_checked + text.separator + result.inputs.map((input) => input.file).join(text.list),
    missing.size ? filled(text.missing, { n: missing.size }) : text.nothing_missing,
  ];
  if (result.sites.some((site) => !site.complete)) state.push(text.incomplete);
  const banner = $("banner");
  banner.className = `banner v-${worst}`;
  banner.replaceChildren(
    element("div", { class: "verdict", "data-verdict": worst }, element("span", {}, ...sign(worst))),
    element(
      "div",
      {},
      element("dl", { class: "facts" }, ...facts.map(([name, value]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
      element("div", { class: "quiet" }, state.join(" · ")),
    ),
  );
}

function showNotes(result) {
  const notes = [...(result.warnings || [])];
  for (const { a, b, overlap_m2 } of result.site_overlaps || []) {
    notes.push(filled(text.site_overlap, { a, b, m2: number(overlap_m2, 2) }));
  }
  for (const input of result.inputs) {
    notes.push(...input.repairs.map((repair) => `${text.repairs}${text.separator}${repair}`), ...input.warnings);
  }
  const left = result.scope.not_examined || [];
  if (left.length) {
    const asked = result.scope.ask || {};
    const roles = left.map((role) =>
      title(words.roles, role) + (asked[role] ? `（${text.ask}${text.separator}${asked[role]}）` : ""));
    notes.push(text.not_examined + text.separator + roles.join(text.list));
  }
  const list = element("ul", {}, ...once(notes.map(String)).map((note) => element("li", {}, note)));
  $("notes").replaceChildren(...(notes.length ? [list] : []));
}

function showDownload(result) {
  const link = $("download");
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  const document_ = { ...result };
  delete document_.id;
  const content = `${JSON.stringify(document_, null, 2)}\n`;
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  link.download = `${result.id}.json`;
}

function showResult(result) {
  showBanner(result);
  showNotes(result);
  $("sites").replaceChildren(...result.sites.map((site) => siteSection(site, result.sites.length === 1)));
  showDownload(result);
  $("empty").hidden = true;
  $("answer").hidden = false;
  $("result").scrollTop = 0;
  $("banner").focus({ preventScroll: true });
}

function showError(message) {
  $("error").textContent = message;
}

function chosen() {
  return dropped || $("file").files[0] || null;
}

function choose(file) {
  dropped = file;
  showError("");
  const named = chosen();
  $("drop").classList.toggle("has-file", Boolean(named));
  if (named) $("drop-text").textContent = named.name;
}

async function answerOf(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    // told below, with the status
  }
  if (response.ok && body) return body;
  throw new Error(body && body.detail ? body.detail : filled(text.no_answer, { n: response.status }));
}

function setBusy(busy) {
  $("submit").disabled = busy;
  $("submit").textContent = busy ? text.busy : text.submit;
  $("result").classList.toggle("stale", busy);
  $("result").setAttribute("aria-busy", String(busy));
}

async function send(event) {
  event.preventDefault();
  const file = chosen();
  if (!file) return showError(text.no_file);
  if (file.size > Number($("form").dataset.maxBytes)) return showError(text.too_large);
  const fields = new FormData($("form"));
  for (const [name, value] of [...fields]) if (value === "") fields.delete(name);
  fields.set("file", file, file.name);
  showError("");
  setBusy(true);
  try {
    const response = await fetch("/checks", { method: "POST", body: fields }).catch(() => {
      throw new Error(text.unreachable);
    });
    showResult(await answerOf(response));
  } catch (error) {
    $("answer").hidden = true; // an old verdict must not stand beside the refusal of a new file
    $("empty").hidden = false;
    showError(error.message);
  } finally {
    setBusy(false);
  }
}

function setUp() {
  const drop = $("drop");
  $("form").addEventListener("submit", send);
  $("file").addEventListener("change", () => choose(null));
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const files = event.dataTransfer.files;
    if (files.length > 1) showError(text.several);
    else if (files.length) choose(files[0]);
  });
  // a file that misses the drop area must not replace the page
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => event.preventDefault());
  }
}

setUp();
