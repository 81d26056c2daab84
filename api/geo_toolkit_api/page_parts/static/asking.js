// What the page asks the service: every refusal becomes an Error whose message is one line.

import { say, language } from "./words.js";

let token = null;
export const session = { who: null, scopes: [] };

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (token && options.method && options.method !== "GET") headers["X-CSRF-Token"] = token;
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, say("unreachable"));
  }
  if (response.ok) return response;
  let detail = null;
  try {
    ({ detail } = await response.json());
  } catch {
    // told below, with the status
  }
  throw new Refused(response.status, detail || say("no_answer", { n: response.status }));
}

async function json(response) {
  try {
    return await response.json();
  } catch {
    throw new Refused(response.status, say("no_answer", { n: response.status }));
  }
}

// The fields as a form; what is empty is left out.
function formOf(file, fields) {
  const form = new FormData();
  form.set("file", file, file.name);
  for (const [name, value] of Object.entries(fields)) {
    const isNothing = value instanceof File ? !value.size : value === "" || value === null || value === undefined;
    if (!isNothing) form.set(name, value);
  }
  form.set("lang", language());
  return form;
}

const INSPECTED = ["crs", "datum", "encoding", "layer", "corridor_m"];
const inspected = (fields) => Object.fromEntries(INSPECTED.map((name) => [name, fields[name]]));

export async function startCheck(file, fields, signal) {
  return json(await ask("/checks", { method: "POST", body: formOf(file, fields), signal }));
}

export async function checkState(id) {
  return json(await ask(`/checks/${encodeURIComponent(id)}`));
}

export async function cancelCheck(id) {
  await ask(`/checks/${encodeURIComponent(id)}`, { method: "DELETE" });
}

export async function inLanguage(id) {
  return json(await ask(`/checks/${encodeURIComponent(id)}/in/${language()}`));
}

export async function inspect(file, fields) {
  return json(await ask("/inspections", { method: "POST", body: formOf(file, inspected(fields)) }));
}

export async function corrections(file, fields, kind) {
  const form = formOf(file, inspected(fields));
  return (await ask(`/inspections/corrections.${kind}`, { method: "POST", body: form })).blob();
}

export async function report(id, kind, audience) {
  const edition = audience ? `?audience=${audience}` : "";
  return (await ask(`/checks/${encodeURIComponent(id)}/report.${kind}${edition}`)).blob();
}

export async function example(name) {
  const content = await (await ask(`/page/example?lang=${language()}`)).blob();
  return new File([content], name);
}

function keep(answer) {
  session.who = answer.who;
  session.scopes = answer.scopes || [];
  token = answer.csrf_token || null;
}

export async function whoAmI() {
  keep(await json(await ask("/session")));
}

export async function signIn(key) {
  const body = JSON.stringify({ key });
  keep(await json(await ask("/session", { method: "POST", body, headers: { "Content-Type": "application/json" } })));
}

export async function signOut() {
  await ask("/session", { method: "DELETE" });
  await whoAmI();
}

export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
