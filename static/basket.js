// Saves what is typed into a form while it is typed. Without this script the buttons do the same.

import { typedBefore } from "./typed.js";

const PAUSE_MS = 1200;
const RETRY_MS = 5000;
const LONGEST_RETRY_MS = 60_000;
const LONGEST_WAIT_MS = 3000;
const NOT_TYPED = new Set(["csrf_token", "unsent", "changes", "version", "sitting", "seen", "opens", "website", "proof"]);

// With these the server knows the copy of the form again, and sees whether its comment was changed elsewhere meanwhile.
const STANDING = ["csrf_token", "unsent", "changes"];

// Below what this window could not save, and what it sent with a button.
const place = `innspill:${location.pathname}`;
const pressed = `${place}:pressed`;

forgetAdded();
for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);

function autosave(form) {
  const told = form.querySelector("[data-saved]");
  let waiting;
  let running = null;
  let isLeaving = false;
  let isDirty = false;
  let retry = RETRY_MS;

  // What could not be saved stays in this window, even when the page is opened again.
  const typed = typedBefore(form).filter((field) => !NOT_TYPED.has(field.name));
  bringBack(form, typed);

  form.addEventListener("input", (event) => {
    if (NOT_TYPED.has(event.target.name)) return;
    isDirty = true;
    later(PAUSE_MS);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (running && !isLeaving) {
      // An older text must not arrive after the newer one.
      event.preventDefault();
      const submitter = event.submitter;
      Promise.race([running, pause(LONGEST_WAIT_MS)]).then(() => {
        clearTimeout(waiting);
        isLeaving = true;
        form.requestSubmit(submitter);
      });
    }
    isLeaving = true;
    sessionStorage.setItem(pressed, form.elements.namedItem("csrf_token")?.value ?? "");
  });
  addEventListener("online", () => isDirty && save());
  addEventListener("pagehide", () => isDirty && !isLeaving && save(true));
  // A page that the browser brings back from its memory goes on where it was.
  addEventListener("pageshow", () => {
    isLeaving = false;
  });
  if (typed.length || sessionStorage.getItem(place)) {
    isDirty = true;
    later(typed.length ? PAUSE_MS : 0);
  }

  function later(pause) {
    clearTimeout(waiting);
    waiting = setTimeout(save, pause);
  }

  function save(isLast = false) {
    if (isLeaving) return;
    if (running && isLast !== true) {
      later(PAUSE_MS);
      return;
    }
    // Two first requests at once get two cookies, and only one of them stays.
    if (running) sessionStorage.setItem(place, JSON.stringify(typedIn(form)));
    running = send(isLast === true).finally(() => {
      running = null;
    });
  }

  async function send(isLast) {
    isDirty = false;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        keepalive: isLast,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      settle(await answer.json());
    } catch {
      failed();
    }
  }

  function settle(kept) {
    for (const name of STANDING) {
      const field = form.elements.namedItem(name);
      if (field && name in kept) field.value = kept[name] || "";
    }
    retry = RETRY_MS;
    if (!isDirty) sessionStorage.removeItem(place);
    tell(kept.words, false);
    showWay(kept);
  }

  function failed() {
    if (isLeaving) return;
    isDirty = true;
    sessionStorage.setItem(place, JSON.stringify(typedIn(form)));
    tell(form.dataset.failed, true);
    later(retry);
    retry = Math.min(retry * 2, LONGEST_RETRY_MS);
  }

  function tell(words, isBad) {
    if (!told || told.textContent === words) return;
    told.textContent = words;
    told.classList.toggle("is-unsaved", isBad);
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function typedIn(form) {
  return [...new FormData(form)].filter(([name]) => !NOT_TYPED.has(name) || STANDING.includes(name));
}

// The page shows what was added: what the window still holds of the same form is not for the next one.
function forgetAdded() {
  const stored = sessionStorage.getItem(place);
  if (!stored || !document.querySelector("[data-added]")) return;
  const copy = JSON.parse(stored).find(([name]) => name === "csrf_token");
  if (copy?.[1] === sessionStorage.getItem(pressed)) sessionStorage.removeItem(place);
}

// What was typed meanwhile stays too, below it where there is room.
function bringBack(form, typed) {
  const stored = sessionStorage.getItem(place);
  if (!stored) return;
  for (const [name, value] of JSON.parse(stored)) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = true;
    else if (!typed.includes(field)) field.value = value;
    else if (field.type === "textarea") field.value = `${value}\n\n${field.value}`;
  }
}

// The way to what is not sent yet, at the top of the page.
function showWay({ link, href }) {
  const way = document.getElementById("site-basket");
  if (!way || link === undefined) return;
  way.hidden = !link;
  way.textContent = link;
  if (href) way.href = href;
}
