// What is typed into one of many forms of a page stays in this window until that form is sent and taken: sending
// another one opens the page anew. Only what is seen and typed is kept, and for whoever is signed in alone.

import { typedBefore } from "./typed.js";

const PLACE = "innspill:notes:";
const SENT = "innspill:notes-sent";
const TYPED_INTO = "textarea[name], select[name], input[name]:not([type=hidden])";
const REFUSED = "#error-summary, main [role=alert]";

const person = document.querySelector("script[data-notes-of]")?.dataset.notesOf;
const own = `${PLACE}${person}:`;

forgetSent();
if (person) {
  forget((place) => !place.startsWith(own));
  for (const form of document.querySelectorAll("form.decision")) keepTyped(form);
}
for (const form of document.querySelectorAll("form[action$='/sign-out']")) {
  form.addEventListener("submit", () => forget(() => true));
}

function forget(isMeant) {
  const places = Object.keys(sessionStorage).filter((place) => place.startsWith(PLACE));
  for (const place of places.filter(isMeant)) sessionStorage.removeItem(place);
}

// A page that says what was wrong means that the form was not taken.
function forgetSent() {
  const sent = sessionStorage.getItem(SENT);
  if (sent && !document.querySelector(REFUSED)) sessionStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
}

function keepTyped(form) {
  // The same form in whatever language, and whichever page of the list it stands on.
  const place = own + new URL(form.action).pathname.split("/").slice(2).join("/");
  const isTypedInto = typedBefore(form).length > 0;
  bringBack(form, place);
  if (isTypedInto) keep(form, place);
  form.addEventListener("input", () => keep(form, place));
  form.addEventListener("submit", () => {
    keep(form, place);
    sessionStorage.setItem(SENT, place);
  });
}

function keptAt(place) {
  return JSON.parse(sessionStorage.getItem(place) ?? "[]");
}

function standing(field) {
  if (!field.options) return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
}

// [name, what is typed, what stood there before], of each field that is not as it was.
function keep(form, place) {
  const before = new Map(keptAt(place).map(([name, , stood]) => [name, stood]));
  const typed = [...form.elements]
    .filter((field) => field.matches(TYPED_INTO))
    .map((field) => [field.name, field.value, before.get(field.name) ?? standing(field)])
    .filter(([, value, stood]) => value !== stood);
  if (typed.length) sessionStorage.setItem(place, JSON.stringify(typed));
  else sessionStorage.removeItem(place);
}

// What the server or somebody has filled in meanwhile stays too, below it where there is room.
function bringBack(form, place) {
  for (const [name, value, stood] of keptAt(place)) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    if (!field.value || field.value === stood) field.value = value;
    else if (field.type === "textarea" && !field.value.includes(value)) field.value = `${value}\n\n${field.value}`;
    form.closest("details")?.setAttribute("open", "");
  }
}
