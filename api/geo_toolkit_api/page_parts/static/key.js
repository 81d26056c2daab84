// Signing in with a key, for the internal edition: the key goes to the service, a cookie comes back.

import { $, say, announce } from "./words.js";
import * as service from "./asking.js";

export function showWho() {
  const { who, scopes } = service.session;
  const named = scopes.map((scope) => say(`scope_${scope}`)).join(say("list"));
  $("who").textContent = who ? `${who} · ${say("scopes", { scopes: named })}` : "";
  $("sign-in").hidden = Boolean(who);
  $("sign-out").hidden = !who;
}

export function askForKey(reason) {
  $("key-why").textContent = reason;
  $("key-error").textContent = "";
  $("key-text").value = "";
  $("key").showModal();
  $("key-text").focus();
}

async function sendKey(event) {
  event.preventDefault();
  const key = $("key-text").value.trim();
  if (!key) {
    $("key-error").textContent = say("key_none");
    return;
  }
  try {
    await service.signIn(key);
    $("key").close();
    showWho();
    announce($("who").textContent);
  } catch (error) {
    $("key-error").textContent = error.message;
  }
  $("key-text").value = "";
}

async function signOut() {
  await service.signOut().catch((error) => { $("error").textContent = error.message; });
  showWho();
  $("sign-in").focus();
}

export function setUpKey() {
  $("sign-in").addEventListener("click", () => askForKey(say("key_why")));
  $("sign-out").addEventListener("click", signOut);
  $("key-form").addEventListener("submit", sendKey);
  $("key-cancel").addEventListener("click", () => $("key").close());
  service.whoAmI().then(showWho, () => {});
}
