// The files to take away: corrections, internal and external report, data package.

import { $, say, announce } from "./words.js";
import * as service from "./asking.js";
import { askForKey } from "./key.js";

const canGive = (state, name) => (name === "corrections" ? Boolean(state.file) : state.kind === "done");

export function showFiles(state) {
  for (const name of ["corrections", "internal", "external", "package"]) {
    const summary = $(`files-${name}`).querySelector("summary");
    const able = canGive(state, name);
    summary.setAttribute("aria-disabled", String(!able));
    summary.title = able ? say(`${name}_long`) : say(name === "corrections" ? "needs_file" : "needs_result");
    if (!able) $(`files-${name}`).open = false;
  }
}

async function give(state, fields, name, kind) {
  const what = `${say(name)} ${kind.toUpperCase()}`;
  if (name === "internal" && !service.session.scopes.includes("internal")) {
    askForKey(say(service.session.who ? "key_again" : "key_internal"));
    return;
  }
  $("error").textContent = "";
  announce(say("making", { what }));
  $("making").textContent = say("making", { what });
  try {
    if (name === "corrections") service.save(await service.corrections(state.file, fields(), kind), `corrections.${kind}`);
    else if (kind === "json") service.save(jsonOf(state.result), `${state.id}.json`);
    else service.save(await service.report(state.id, kind, { internal: "internal", external: "applicant" }[name]), `${state.id}.${kind}`);
    announce(say("made", { what }));
  } catch (error) {
    $("error").textContent = error.message;
  } finally {
    $("making").textContent = "";
  }
}

function jsonOf(result) {
  const document_ = { ...result };
  delete document_.id;
  return new Blob([`${JSON.stringify(document_, null, 2)}\n`], { type: "application/json" });
}

// The four menus of files, and those at the top: one click outside or Escape closes them.
export function setUpMenus(state, fields) {
  const menus = [...document.querySelectorAll("details.menu")];
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  for (const menu of menus) {
    const summary = menu.querySelector("summary");
    summary.addEventListener("click", (event) => {
      if (summary.getAttribute("aria-disabled") === "true") event.preventDefault();
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      summary.focus();
    });
    menu.addEventListener("click", (event) => {
      if (event.target.closest("ul")) menu.open = false;
    });
  }
  for (const one of document.querySelectorAll("[data-file]")) {
    one.addEventListener("click", () => give(state, fields, one.dataset.file, one.dataset.kind));
  }
  window.addEventListener("blur", () => { // a click into the map's frame
    for (const menu of menus) menu.open = false;
  });
}
