"use strict";
// Two things that need a script: security keys, and advice while a password is typed. All else works without.

async function send(place, body) {
  const answer = await fetch(place, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "same-origin",
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail || "This did not work. Load the page again.");
  return said;
}

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function readable(options) {
  const read = { ...options, challenge: bytes(options.challenge) };
  if (read.user) read.user = { ...read.user, id: bytes(read.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (read[list]) read[list] = read[list].map((known) => ({ ...known, id: bytes(known.id) }));
  }
  return read;
}

function writable(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

async function prove(csrf, next) {
  const publicKey = readable(await send("/account/second/key/options", { csrf }));
  const answer = writable(await navigator.credentials.get({ publicKey }));
  return send("/account/second/key", { csrf, next, answer });
}

async function add(csrf, name) {
  const publicKey = readable(await send("/account/factors/keys/options", { csrf }));
  const answer = writable(await navigator.credentials.create({ publicKey }));
  return send("/account/factors/keys", { csrf, name, answer });
}

function showCodes(form, codes, next) {
  const sheet = document.createElement("pre");
  sheet.textContent = codes.join("\n");
  const told = document.createElement("p");
  told.textContent = "Recovery codes: print them or write them down. Each serves once. They are not shown again.";
  const on = document.createElement("a");
  on.href = next;
  on.textContent = "I have them";
  form.replaceChildren(told, sheet, on);
}

for (const form of document.querySelectorAll("form[data-key]")) {
  const status = form.querySelector("[role=status]");
  if (!window.PublicKeyCredential) {
    status.textContent = "This browser knows no security keys, or the site is not reached over https.";
    continue;
  }
  status.textContent = "";
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    status.textContent = "Touch the key now.";
    try {
      const { csrf, key, next } = form.dataset;
      const said = key === "prove" ? await prove(csrf, next) : await add(csrf, form.elements.name.value);
      if (said.codes && said.codes.length) showCodes(form, said.codes, said.next);
      else window.location.assign(said.next);
    } catch (error) {
      status.textContent = error.name === "NotAllowedError" ? "The key was not used. Try again." : error.message;
    }
  });
}

const password = document.querySelector("input[data-csrf]");
if (password) {
  const advice = document.getElementById("advice");
  const meter = document.createElement("meter");
  Object.assign(meter, { min: 0, max: 4, low: 3, high: 4, optimum: 4, value: 0 });
  meter.setAttribute("aria-hidden", "true");
  advice.before(meter);
  advice.setAttribute("role", "status");
  let waiting = 0;
  let asked = 0;
  const value = (name) => (password.form.elements[name] ? password.form.elements[name].value : "");
  const ask = async () => {
    const mine = (asked += 1);
    const who = { name: value("name"), email: value("email"), called: value("called") };
    try {
      const said = await send("/account/advice", { csrf: password.dataset.csrf, password: password.value, ...who });
      if (mine !== asked) return;
      meter.value = said.score;
      advice.textContent = said.advice;
    } catch (error) {
      if (mine === asked) advice.textContent = error.message;
    }
  };
  password.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 200);
  });
}
