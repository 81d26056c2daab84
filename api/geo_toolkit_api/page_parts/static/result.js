// A finished check: the banner's facts, the list of sites, one row a matter. All text goes in as text.

import { $, element, button, chip, say, signOf, titleOf, verdicts, number, squareMetres, percent, metres, hectares, titles } from "./words.js";

const MOST_SITES = 300;
const outcomes = ["hit", "borderline", "undetermined", "clear", "sliver"];
const severities = ["prohibited", "restricted", "conditional", "advisory"];
const once = (texts) => [...new Set(texts.filter(Boolean))];
const badness = (verdict) => verdicts.indexOf(verdict);

// A role that only advisory rules hit never reads as clear.
function signFor(role, findings) {
  const advised = findings.some((f) => f.severity === "advisory" && (f.outcome === "hit" || f.outcome === "borderline"));
  return role.verdict === "clear" && (advised || role.advisory_hit) ? "advisory" : role.verdict;
}

// The findings that carry a role's verdict, worst first.
function deciding(role, findings) {
  const rank = (f) => outcomes.indexOf(f.outcome) * 10 + severities.indexOf(f.severity);
  const away = (f) => f.distance_m ?? Infinity;
  const ranked = [...findings].sort((a, b) => rank(a) - rank(b) || (away(a) < away(b) ? -1 : away(a) > away(b) ? 1 : 0));
  const some = (test) => {
    const kept = ranked.filter(test);
    return kept.length ? kept : ranked;
  };
  if (role.verdict === "undetermined") return some((f) => f.outcome !== "clear" && f.outcome !== "sliver");
  if (role.verdict === "clear") return some((f) => f.outcome === "hit" || f.outcome === "borderline");
  return some((f) => f.outcome === "hit");
}

function citation(finding) {
  const cited = finding.citation;
  let text = "";
  if (cited && typeof cited === "string") text = cited;
  else if (cited) text = cited.text || `《${cited.title}》${cited.year ? `（${cited.year}）` : ""}${cited.article || ""}`;
  return text ? `${text} · ${say("rule", { id: finding.rule_id })}` : "";
}

function why(role, findings) {
  const carrying = deciding(role, findings);
  const reasons = once(carrying.map((f) => f.reason));
  const basis = once(carrying.map(citation));
  const cell = element("td", { class: "why", colspan: "5" });
  if (reasons.length) cell.append(element("p", { dir: "auto" }, reasons[0]));
  if (basis.length) cell.append(element("p", { dir: "auto" }, say("basis") + say("separator") + basis[0]));
  if (role.ask) cell.append(element("p", { dir: "auto" }, say("ask", { who: role.ask })));
  const rest = [...reasons.slice(1), ...basis.slice(1)];
  if (rest.length) {
    const list = element("ul", {}, ...rest.map((text) => element("li", { dir: "auto" }, text)));
    const folded = element("details", {}, element("summary", {}, say("more_reasons", { n: rest.length })), list);
    folded.addEventListener("click", (event) => event.stopPropagation());
    cell.append(folded);
  }
  return cell;
}

function matter(site, role, zoom) {
  const findings = site.findings.filter((f) => f.role === role.role);
  const code = signFor(role, findings);
  const body = element("tbody", { "data-role": role.role });
  const act = () => {
    for (const other of body.parentNode.tBodies) other.classList.toggle("chosen", other === body);
    zoom(site.id, role.role);
  };
  const name = button(role.title || titleOf("roles", role.role), () => {});
  body.addEventListener("click", act);
  body.append(
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", {}, chip(code)),
      element("td", { class: "number" }, squareMetres(role.overlap_m2)),
      element("td", { class: "number" }, percent(role.overlap_share)),
      element("td", { class: "number" }, metres(role.nearest_m)),
    ),
    element("tr", {}, why(role, findings)),
  );
  return body;
}

function matterTable(site, zoom) {
  const heads = [["role", "c-role"], ["involved", "c-sign"], ["overlap", "c-area number"], ["share", "c-share number"], ["nearest", "c-near number"]];
  const head = element("tr", {}, ...heads.map(([key, kind]) => element("th", { scope: "col", class: kind }, say(key))));
  const codeOf = (role) => signFor(role, site.findings.filter((f) => f.role === role.role));
  const order = (role) => badness(role.verdict) * 2 - (codeOf(role) === "advisory" ? 1 : 0);
  // of what is undetermined, first what overlaps or may, last what has no data at all
  const known = (role) => (role.overlap_m2 > 0 ? 0 : role.reason_code === "no_layer" ? 3 : role.reason_code === "within_accuracy" ? 1 : 2);
  const rows = [...site.roles].sort((a, b) => order(a) - order(b) || known(a) - known(b));
  return element("table", { class: "matters" }, element("caption", { class: "unseen" }, say("matters")), element("thead", {}, head), ...rows.map((role) => matter(site, role, zoom)));
}

function siteList(sites, chosen, choose) {
  const list = element("ul", { class: "site-list" });
  for (const site of sites.slice(0, MOST_SITES)) {
    const one = button("", () => choose(site.id), { "aria-pressed": String(site.id === chosen), "data-site": site.id });
    one.append(
      element("span", { class: "name", dir: "auto" }, site.name || site.id),
      element("span", { class: "quiet" }, `${number(site.area_m2 / 10000, 4)} ha`),
      chip(site.verdict),
    );
    list.append(element("li", {}, one));
  }
  if (sites.length > MOST_SITES) list.append(element("li", { class: "list-head" }, say("sites_more", { n: sites.length - MOST_SITES })));
  return [element("h2", { class: "list-head" }, say("sites_worst")), list];
}

function notesOf(result, extra) {
  const notes = [...extra, ...(result.warnings || [])];
  for (const { a, b, overlap_m2 } of result.site_overlaps || []) {
    notes.push(say("site_overlap", { a, b, m2: number(overlap_m2, 2) }));
  }
  for (const input of result.inputs || []) {
    notes.push(say("file_checked") + say("separator") + input.file);
    notes.push(...input.repairs.map((repair) => say("repairs") + say("separator") + (repair.what ?? repair)), ...input.warnings);
  }
  const left = result.scope.not_examined || [];
  if (left.length) {
    const asked = result.scope.ask || {};
    const roles = left.map((role) => titleOf("roles", role) + (asked[role] ? `（${say("ask_plain")}${say("separator")}${asked[role]}）` : ""));
    notes.push(say("not_examined") + say("separator") + roles.join(say("list")));
  }
  notes.push(say("caveat"));
  const list = element("ul", {}, ...once(notes.map(String)).map((note) => element("li", { dir: "auto" }, note)));
  return element("div", { class: "notes" }, element("h3", {}, say("notes")), list);
}

export const worstFirst = (result) => [...result.sites].sort((a, b) => badness(a.verdict) - badness(b.verdict));
export const worstVerdict = (result) => verdicts.find((verdict) => result.sites.some((site) => site.verdict === verdict)) ?? "undetermined";
export const titleOfResult = (result) =>
  result.sites.length === 1 ? result.sites[0].name || say("no_name") : say("sites", { n: result.sites.length });

const isDrawn = (site) => Object.values(site.attributes || {}).some((value) => value === "图上绘制" || value === "drawn on the map");

// The list at the left; choose(siteId) and zoom(siteId, role) come from the page.
export function resultParts(result, chosen, { choose, zoom, extra }) {
  const sites = worstFirst(result);
  const site = sites.find((one) => one.id === chosen) ?? sites[0];
  const parts = sites.length > 1 ? siteList(sites, site.id, choose) : [];
  return [...parts, matterTable(site, zoom), notesOf(result, [...(result.sites.some(isDrawn) ? [say("drawn_note")] : []), ...extra])];
}

// word: what stands where the verdict will, while there is none.
export function showBanner(result, isStale, word) {
  const banner = $("banner");
  if (!result) {
    banner.className = "banner v-none";
    delete $("verdict").dataset.verdict;
    $("verdict-icon").textContent = "";
    $("verdict-word").textContent = say(word);
    $("verdict-note").textContent = "";
    for (const id of ["fact-project", "fact-area", "fact-missing"]) $(id).textContent = "—";
    $("fact-project").title = $("fact-missing").title = "";
    return;
  }
  const worst = worstVerdict(result);
  const missing = new Set(
    result.sites.flatMap((site) => [...site.roles, ...site.findings].filter((r) => r.reason_code === "no_layer").map((r) => r.role)),
  );
  banner.className = `banner v-${worst}`;
  $("verdict").dataset.verdict = worst;
  $("verdict-icon").textContent = signOf(worst).icon;
  $("verdict-word").textContent = signOf(worst).word;
  const drawn = result.sites.some(isDrawn) ? say("drawn_name") : "";
  const state = say(result.sites.every((site) => site.complete) ? "complete" : "incomplete");
  $("verdict-note").textContent = isStale ? say("stale") : drawn || state;
  $("fact-project").textContent = $("fact-project").title = titleOfResult(result);
  $("fact-area").textContent = hectares(result.sites.reduce((sum, site) => sum + site.area_m2, 0));
  $("fact-missing").textContent = missing.size ? say("missing", { n: missing.size }) : say("missing_none");
  $("fact-missing").title = [...missing].map((role) => titles("roles")[role] ?? role).join(say("list"));
}

// The form shows what the result answers, so that one thing can be changed and asked again.
export function showConditions(result) {
  const values = { project_type: result.project_type, nature: result.nature, scope: result.scope.id, as_of: result.as_of };
  for (const [name, value] of Object.entries(values)) if (value) $(name).value = value;
}
