// The screen works without this. With it, a paragraph is saved without leaving the page, and what is typed is
// saved when one pauses.

import { typedBefore } from "./typed.js";

const work = document.querySelector(".translation");
const told = document.querySelector("#translation-told");
const PAUSE_MS = 2500;
const LINE_BREAK = /\n/;
const pauses = new WeakMap();
let line = Promise.resolve();

const boxes = (within) => [...within.querySelectorAll("textarea")];
const isTyped = (within) => boxes(within).some((box) => box.value !== box.defaultValue);

function tell(words) {
  told.textContent = words;
}

async function send(form, act) {
  const sent = new URLSearchParams(new FormData(form));
  if (act) sent.set("act", act);
  const answer = await fetch(form.action, { method: "POST", body: sent, headers: { "X-Fragment": "translation" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { isTaken: answer.ok, isScreen: Boolean(fresh.querySelector(".translation")), fresh };
}

// The parts around the paragraphs: what is still to do, and what has no place.
function renewAround(fresh) {
  for (const id of ["translation-state", "left-over"]) {
    document.getElementById(id).replaceWith(fresh.getElementById(id));
  }
  for (const whole of work.querySelectorAll("input[name=whole]")) {
    whole.value = fresh.querySelector("input[name=whole]")?.value ?? whole.value;
  }
}

// Every paragraph as it stands now, but for those where something typed is not saved yet.
function renew(fresh, key) {
  renewAround(fresh);
  const list = work.querySelector(".twins");
  const stale = new Map([...list.querySelectorAll(".twin")].map((twin) => [twin.id, twin]));
  for (const twin of fresh.querySelectorAll(".twin")) {
    const old = stale.get(twin.id);
    stale.delete(twin.id);
    if (old && old.id !== key && (isTyped(old) || old.outerHTML === twin.outerHTML)) {
      list.append(old);
      continue;
    }
    if (old && old.id !== key && old.querySelector(".twin__edit[open]")) twin.querySelector(".twin__edit")?.setAttribute("open", "");
    list.append(twin);
    old?.remove();
  }
  for (const old of stale.values()) if (!isTyped(old)) old.remove();
}

function goOn(key, isSaved) {
  const here = document.getElementById(key);
  const twins = [...work.querySelectorAll(".twin")];
  const after = twins.slice(twins.indexOf(here) + 1);
  const next = isSaved && after.find((twin) => twin.classList.contains("has-work"));
  const goal = next || here;
  goal?.querySelector("textarea, button, summary")?.focus({ preventScroll: true });
  goal?.scrollIntoView({ block: "nearest" });
}

// Whatever is the matter, the page that the form would lead to says it.
function leaveWith(form, act) {
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "act", value: act });
  form.append(field);
  for (const box of boxes(work)) box.defaultValue = box.value;
  form.submit();
}

// One after the other: what is sent says what was seen, and that changes with every answer.
function inLine(job) {
  line = line.then(job, job);
  return line;
}

work?.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".twin__form, .twin__confirm, .left-over")) return;
  event.preventDefault();
  clearTimeout(pauses.get(form));
  const act = event.submitter?.value ?? "save";
  inLine(async () => {
    const key = form.elements.namedItem("key").value;
    const { isTaken, isScreen, fresh } = await send(form, act).catch(() => ({}));
    if (!isScreen) return leaveWith(form, act);
    renew(fresh, key);
    tell(isTaken ? work.dataset.saved : fresh.querySelector(`#problem-${key}`)?.textContent.trim() ?? "");
    goOn(key, isTaken && act === "save");
  });
});

// What was typed is kept without marking anything as up to date. An empty box or a line break may be half an act.
async function keepTyped(form) {
  const box = form.elements.namedItem("words");
  if (!form.isConnected || !isTyped(form) || !box.value.trim() || LINE_BREAK.test(box.value.trim())) return;
  const typed = boxes(form).map((each) => [each, each.value]);
  const { isTaken, isScreen, fresh } = await send(form, "save-older").catch(() => ({}));
  if (!isScreen) return;
  const key = form.elements.namedItem("key").value;
  if (!isTaken) {
    renew(fresh, key);
    tell(fresh.querySelector(`#problem-${key}`)?.textContent.trim() ?? "");
    return;
  }
  for (const [each, value] of typed) each.defaultValue = value;
  const seen = fresh.querySelector(`#${key} input[name=seen]`)?.value;
  if (seen) for (const hidden of document.querySelectorAll(`#${key} input[name=seen]`)) hidden.value = seen;
  renewAround(fresh);
  tell(work.dataset.saved);
}

work?.addEventListener("input", (event) => {
  const form = event.target.closest(".twin__form");
  if (!form) return;
  tell("");
  keepAfterPause(form);
});

function keepAfterPause(form) {
  clearTimeout(pauses.get(form));
  pauses.set(form, setTimeout(() => inLine(() => keepTyped(form)), PAUSE_MS));
}

for (const form of work?.querySelectorAll(".twin__form") ?? []) if (typedBefore(form).length) keepAfterPause(form);

addEventListener("beforeunload", (event) => {
  if (work && isTyped(work)) event.preventDefault();
});
