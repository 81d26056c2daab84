// A file that cannot be read: all of its faults in a list, and where they lie in a sketch.

import { $, element, button, say } from "./words.js";

const NS = "http://www.w3.org/2000/svg";
const WIDE = 1000;
const HIGH = 640;

function drawn(tag, attributes, text = "") {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}

// A frame around what lies together: points far from all others are left out, as in the printed sketch.
function frameOf(points) {
  const middle = (at) => [...points.map((p) => p[at])].sort((a, b) => a - b)[Math.floor(points.length / 2)];
  const [x, y] = [middle(0), middle(1)];
  const away = points.map((p) => Math.max(Math.abs(p[0] - x), Math.abs(p[1] - y)));
  const reach = [...away].sort((a, b) => a - b)[Math.floor(points.length / 2)];
  const near = reach > 0 ? points.filter((_, n) => away[n] <= 20 * reach) : points;
  const low = [0, 1].map((at) => near.reduce((least, p) => Math.min(least, p[at]), Infinity));
  const high = [0, 1].map((at) => near.reduce((most, p) => Math.max(most, p[at]), -Infinity));
  return { low, high };
}

function projection(sketch) {
  const points = [...sketch.outlines.flat(), ...sketch.traces.flat(), ...sketch.marks.map((mark) => [mark[1], mark[2]])];
  const { low, high } = frameOf(points);
  const squeeze = sketch.in_degrees ? Math.cos((Math.min(80, Math.abs((low[1] + high[1]) / 2)) * Math.PI) / 180) : 1;
  const room = 60;
  const scale = Math.min((WIDE - 2 * room) / Math.max((high[0] - low[0]) * squeeze, 1e-9), (HIGH - 2 * room) / Math.max(high[1] - low[1], 1e-9));
  const left = (WIDE - (high[0] - low[0]) * squeeze * scale) / 2;
  const top = (HIGH - (high[1] - low[1]) * scale) / 2;
  return ([x, y]) => [left + (x - low[0]) * squeeze * scale, top + (high[1] - y) * scale];
}

function picture(sketch, choose) {
  const at = projection(sketch);
  const path = (line) => `M${line.map((point) => at(point).map((v) => v.toFixed(1)).join(" ")).join("L")}`;
  const svg = drawn("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": say("sketch") });
  if (sketch.outlines.length) svg.append(drawn("path", { class: "outline", d: sketch.outlines.map((line) => `${path(line)}Z`).join("") }));
  if (sketch.traces.length) svg.append(drawn("path", { class: "trace", d: sketch.traces.map(path).join("") }));
  sketch.marks.forEach(([fault, x, y]) => {
    const [cx, cy] = at([x, y]);
    if (cx < 0 || cy < 0 || cx > WIDE || cy > HIGH) return;
    const spot = drawn("circle", { class: "spot", cx: cx.toFixed(1), cy: cy.toFixed(1), r: 8, "data-fault": fault });
    spot.addEventListener("click", () => choose(fault));
    svg.append(spot, drawn("text", { x: (cx + 12).toFixed(1), y: (cy - 10).toFixed(1) }, String(fault + 1)));
  });
  return svg;
}

export function hideSketch() {
  $("sketch").hidden = true;
  $("sketch").replaceChildren();
}

export function chooseFault(fault) {
  for (const one of document.querySelectorAll("#panel .fault, #sketch .spot")) {
    const isChosen = Number(one.dataset.fault) === fault;
    one.classList.toggle("chosen", isChosen);
    if (isChosen && one.classList.contains("fault")) one.scrollIntoView({ block: "nearest" });
  }
}

export function showSketch(sketch) {
  if (!sketch) return hideSketch();
  const head = element("div", { class: "sketch-head" }, element("span", {}, say("sketch")), button(say("sketch_close"), hideSketch, { class: "second" }));
  $("sketch").replaceChildren(head, picture(sketch, chooseFault));
  $("sketch").hidden = false;
  return undefined;
}

function faultRow(fault, number) {
  const words = fault.words;
  const isError = fault.level === "error";
  const label = isError ? null : element("span", { class: "quiet" }, say(fault.level === "repair" ? "mended" : "to_check"));
  const row = button("", () => chooseFault(number), { class: "fault", "data-fault": number });
  row.append(
    element("span", { class: isError ? "number" : "number mild" }, String(number + 1)),
    element("strong", { dir: "auto" }, words.place || say("whole_file")),
    element("p", { dir: "auto" }, words.problem),
  );
  if (words.remedy) row.append(element("p", { class: "remedy", dir: "auto" }, say("remedy") + say("separator") + words.remedy));
  else if (label) row.append(label);
  return element("li", {}, row);
}

export function faultParts(inspection) {
  const errors = inspection.faults.filter((fault) => fault.level === "error");
  const head = element(
    "div",
    { class: "block" },
    element("h2", { tabindex: "-1", id: "faults-head" }, inspection.usable ? say("usable") : say("refused", { n: errors.length })),
    element("p", { class: "quiet", dir: "auto" }, inspection.file),
  );
  const list = element("ol", { class: "recents fault-list", "aria-label": say("faults") }, ...inspection.faults.map(faultRow));
  return [head, list];
}
