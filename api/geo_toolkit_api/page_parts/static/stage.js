// The map beside the list: a page of this service in a frame, driven by its own GeoToolkit.checkMap.

import { $, say, language } from "./words.js";

let shown = null; // the frame that is seen
let coming = null; // the one that is being loaded, above which the old one stays until it is ready
let drawing = null;

// a refusal in a frame is shut off from this page: it has no document then
const mapOf = (frame) => (frame?.contentDocument ? frame.contentWindow.GeoToolkit?.checkMap ?? null : null);

function note(text) {
  $("stage-note").textContent = text;
  $("stage-note").hidden = !text;
}

function load(address) {
  stopDrawing();
  coming?.remove();
  const frame = document.createElement("iframe");
  frame.title = say("map");
  frame.className = "waiting";
  coming = frame;
  const ready = new Promise((resolve, reject) => {
    frame.addEventListener("load", () => {
      if (coming !== frame) return;
      const wait = (left) => {
        if (mapOf(frame)) resolve(frame);
        else if (left && frame.isConnected) setTimeout(wait, 50, left - 1);
        else reject(new Error("no map"));
      };
      wait(frame.contentDocument?.getElementById("gt-data") ? 200 : 0);
    });
  });
  frame.src = address;
  $("stage").prepend(frame);
  return ready.then((made) => {
    if (coming !== made) return null;
    shown?.remove();
    shown = made;
    coming = null;
    made.className = "";
    $("draw").disabled = false;
    return made;
  });
}

// Why there is no map at an address: a frame may not show a refusal, so it is asked once more.
async function reasonOf(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? say("no_answer", { n: answer.status }) : (await answer.json()).detail;
  } catch {
    return say("unreachable");
  }
}

export async function showBlank() {
  const address = `/page/map?lang=${language()}`;
  note("");
  $("stage").dataset.map = "";
  try {
    await load(address);
  } catch {
    note(say("no_map", { why: await reasonOf(address) }));
  }
}

export async function showCheck(id) {
  const address = `/checks/${encodeURIComponent(id)}/map?lang=${language()}`;
  note("");
  $("stage").dataset.map = "";
  try {
    const frame = await load(address);
    if (frame) $("stage").dataset.map = id;
  } catch {
    coming?.remove();
    coming = null;
    const why = await reasonOf(address);
    await showBlank();
    note(say("no_map", { why }));
  }
}

export function zoomTo(siteId, role) {
  return mapOf(shown)?.show(siteId, role) ?? false;
}

export function stopDrawing() {
  const running = drawing;
  drawing = null;
  running?.cancel();
}

// What was drawn as the file that is checked; its attributes say where the outline comes from.
function fileOf(points) {
  const properties = { name: say("drawn_name"), [say("drawn_key")]: say("drawn_value") };
  const ring = [...points, points[0]].map(([lon, lat]) => [lon, lat]);
  const feature = { type: "Feature", properties, geometry: { type: "Polygon", coordinates: [ring] } };
  const content = JSON.stringify({ type: "FeatureCollection", features: [feature] });
  return new File([content], say("drawn_file"), { type: "application/geo+json" });
}

// Resolves with a GeoJSON file in degrees, or null where drawing was given up.
export function drawOutline() {
  stopDrawing();
  const map = mapOf(shown);
  if (!map) return Promise.resolve(null);
  return new Promise((resolve) => {
    drawing = map.draw((points) => {
      drawing = null;
      resolve(points && fileOf(points));
    });
  });
}
