// The split screen with script: edited in place, saved while one writes. Everything also works without.

import { typedBefore } from "./typed.js";

const screen = document.getElementById("split");
const words = screen.dataset;
const rows = document.getElementById("split-rows");
const state = document.getElementById("split-state");
const token = document.querySelector("#split-acts [name=csrf_token]").value;
const PAUSE_MS = 800;
const RETRY_MS = 3000;

document.documentElement.classList.add("has-script");

// ---- Sending: one act after the other, so that each knows what the one before has left there.

let queue = Promise.resolve();
let unsent = 0;

// What comes and goes with every pause is seen, not read out.
function tell(message, kind = "") {
  state.ariaLive = kind ? "polite" : "off";
  state.textContent = message;
  state.dataset.kind = kind;
}

async function post(address, fields) {
  for (;;) {
    try {
      return await fetch(address, {
        method: "POST",
        body: new URLSearchParams({ csrf_token: token, ...fields }),
        headers: { "X-Fragment": "rows" },
      });
    } catch {
      tell(words.offline, "offline");
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, RETRY_MS);
        addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
      });
    }
  }
}

// `fields` are asked for when it is their turn; without any there is nothing to send.
function send(address, fields) {
  unsent += 1;
  const turn = queue.then(async () => {
    const asked = fields();
    if (!asked) return null;
    tell(words.saving);
    const answer = await post(address, asked);
    return { status: answer.status, ok: answer.ok, part: parsed(await answer.text()), is: answer.headers.get("Content-Type") };
  });
  queue = turn.catch(() => null).finally(() => { unsent -= 1; });
  return turn;
}

function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

addEventListener("beforeunload", (event) => {
  if (unsent || isChanged()) event.preventDefault();
});

// ---- Taking the answer in: the rows that are other than before, and what can be undone.

const focusedRow = () => document.activeElement.closest("#split-rows > .piece");

function take(answer, held = focusedRow()) {
  const part = answer.part.querySelector("[data-said]");
  if (!part) return failed();
  const near = [held?.id, part.dataset.focus, held?.previousElementSibling?.id, held?.nextElementSibling?.id];
  for (const key of part.dataset.gone.split(" ").filter(Boolean)) document.getElementById(key)?.remove();
  const fresh = [...part.querySelectorAll(":scope > .piece")];
  for (const row of fresh) if (!put(row)) return reload(row.id);
  if (held && !held.isConnected) focusLink(near.map((key) => document.getElementById(key ?? "")).find(Boolean));
  replace("split-acts", part);
  replace("split-doubts", part);
  const count = Number(document.getElementById("split-acts").dataset.count);
  if (rows.childElementCount !== count) tellOfOthers();
  else tell(part.dataset.said === "" ? words.saved : `${part.dataset.said} ${timeNow()}`, "saved");
  return part;
}

function timeNow() {
  const { lang } = document.documentElement;
  return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { hour: "2-digit", minute: "2-digit" }).format(new Date());
}

function replace(id, part) {
  const fresh = part.querySelector(`#${id}`);
  const old = document.getElementById(id);
  if (!fresh || !old) return;
  const wasOpen = old.querySelector("details")?.open;
  if (wasOpen !== undefined && fresh.querySelector("details")) fresh.querySelector("details").open = wasOpen;
  const focused = old.contains(document.activeElement) && document.activeElement;
  old.replaceWith(fresh);
  if (focused) (fresh.querySelector(`[name=${focused.name}]:not(:disabled)`) ?? state).focus?.();
}

function put(fresh) {
  const old = document.getElementById(fresh.id);
  if (old) {
    if (editor?.row === old) keepEditor(old, fresh);
    else old.replaceWith(fresh);
  }
  const row = document.getElementById(fresh.id) ?? fresh;
  const after = fresh.dataset.after && document.getElementById(fresh.dataset.after);
  if (fresh.dataset.after && !after) return false;
  if (after ? after.nextElementSibling !== row : rows.firstElementChild !== row) {
    if (after) after.after(row);
    else rows.prepend(row);
  }
  return true;
}

// The row being edited keeps its form, with the cursor where it is; its words are shown when it closes.
function keepEditor(old, fresh) {
  for (const name of ["seen", "kind", "label", "depth", "after", "source", "notes"]) {
    if (name in fresh.dataset) old.dataset[name] = fresh.dataset[name];
    else delete old.dataset[name];
  }
  for (const part of [".piece__found", ".piece__will"]) {
    const shown = old.querySelector(part);
    const next = fresh.querySelector(part);
    if (shown && next) shown.replaceWith(next);
  }
  old.className = `${fresh.className} is-open`;
  old.setAttribute("aria-label", fresh.getAttribute("aria-label"));
}

function failed() {
  tell(words.failed, "failed");
  return null;
}

function tellOfOthers(message = words.other) {
  state.dataset.kind = "failed";
  state.textContent = `${message} `;
  const link = document.createElement("a");
  link.className = "ds-link";
  link.href = location.pathname;
  link.textContent = words.reload;
  state.append(link);
}

function reload(key) {
  location.hash = key;
  location.reload();
  return null;
}

// ---- The editor: one paragraph at a time.

let editor = null;
let pause;

const shownWords = (row) => row.dataset.source ?? row.querySelector(".piece__words").textContent;
const allRows = () => [...rows.children];
const field = (name) => editor.form.elements[name];
const addressOf = (row) => words.edit.replace("KEY", row.id);

function open(row, { place = null, isNew = false } = {}) {
  if (editor?.row === row && !isNew && !editor.isNew) return editor.form.elements.source.focus();
  close();
  const form = document.getElementById(isNew ? "split-new" : "split-editor").content.firstElementChild.cloneNode(true);
  editor = { row, form, isNew, hasTyped: false, sent: null };
  form.action = addressOf(row);
  fill(row, isNew);
  form.addEventListener("submit", submitted);
  form.addEventListener("input", typed);
  form.addEventListener("change", reshaped);
  form.addEventListener("keydown", keyed);
  form.querySelector("[data-close]").addEventListener("click", (event) => { event.preventDefault(); leave(); });
  form.querySelector("[data-insert]")?.addEventListener("click", (event) => {
    event.preventDefault();
    open(row, { isNew: true });
  });
  row.append(form);
  row.classList.add("is-open");
  row.classList.toggle("is-new", isNew);
  const source = field("source");
  grow(source);
  source.focus({ preventScroll: true });
  const at = place ?? source.value.length;
  source.setSelectionRange(at, at);
  form.scrollIntoView({ block: "nearest" });
}

function fill(row, isNew) {
  const isBelowHeading = isNew && row.dataset.kind === "heading";
  field("kind").value = isBelowHeading ? "paragraph" : row.dataset.kind;
  field("level").value = isBelowHeading ? "0" : row.dataset.depth;
  fitLevel();
  if (isNew) return;
  field("source").value = shownWords(row);
  field("label").value = row.dataset.label;
  if (row.dataset.notes) field("notes").value = row.dataset.notes;
  else editor.form.querySelector("[data-notes-field]")?.remove();
  editor.sent = typedNow();
}

// Headings and items begin at level 1.
function fitLevel() {
  const isFromOne = ["heading", "item"].includes(field("kind").value);
  const level = field("level");
  level.querySelector("[value='0']").disabled = isFromOne;
  if (isFromOne && level.value === "0") level.value = "1";
}

function close() {
  if (!editor) return;
  clearTimeout(pause);
  if (!editor.isNew) save();
  editor.form.remove();
  editor.row.classList.remove("is-open", "is-new");
  editor = null;
}

function leave() {
  const { row } = editor;
  close();
  focusLink(row);
}

function focusLink(row) {
  const link = row?.querySelector(".piece__edit");
  if (!link) return;
  rove(link);
  link.focus();
}

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 4}px`;
}

const typedNow = () => ["source", "notes", "kind", "level", "label"].map((name) => field(name)?.value ?? null).join("\u0000");
const isChanged = () => Boolean(editor) && (editor.isNew ? field("source").value.trim() !== "" : typedNow() !== editor.sent);

function fieldsOf(one, act, more = {}) {
  const sent = { act, seen: one.row.dataset.seen, ...more };
  for (const name of ["source", "notes", "kind", "level", "label"]) {
    if (!(name in sent) && one.form.elements[name]) sent[name] = one.form.elements[name].value;
  }
  return sent;
}

// ---- Saving while one writes.

function typed(event) {
  editor.hasTyped = true;
  if (event.target.name === "source") grow(event.target);
  if (editor.isNew) return;
  tell(words.unsaved);
  clearTimeout(pause);
  pause = setTimeout(save, PAUSE_MS);
}

function reshaped(event) {
  if (event.target.name === "kind") fitLevel();
  if (event.target.tagName === "SELECT" && !editor.isNew) save();
}

function save() {
  const one = editor;
  clearTimeout(pause);
  if (!one || one.isNew || one.isRefused || typedNow() === one.sent) return Promise.resolve(true);
  const now = typedNow();
  const fields = fieldsOf(one, "save");
  one.sent = now;
  return send(addressOf(one.row), () => ({ ...fields, seen: document.getElementById(one.row.id)?.dataset.seen ?? "" }))
    .then((answer) => settled(answer, one, fields));
}

// Whatever was refused says so at its form, which opens again when it was closed meanwhile.
function settled(answer, one, fields) {
  if (!answer) return null;
  if (answer.ok && answer.part.querySelector("[data-said]")) return take(answer);
  if (answer.status !== 409 && answer.status !== 422) return failed();
  one.sent = null;
  one.isRefused = answer.status === 409;
  if (editor !== one) {
    const row = document.getElementById(one.row.id) ?? one.row;
    if (!row.isConnected) rows.append(row);
    open(row);
    field("source").value = fields.source;
    editor.sent = null;
    editor.isRefused = one.isRefused;
  }
  tell("");
  const told = editor.form.querySelector(".editor__told");
  const clash = answer.part.querySelector("[data-clash]");
  if (!clash) {
    told.textContent = answer.part.textContent.trim();
    return null;
  }
  told.replaceChildren(clash);
  clash.querySelector("[data-mine]")?.addEventListener("click", () => {
    editor.row.dataset.seen = clash.dataset.clash;
    editor.isRefused = false;
    told.replaceChildren();
    save();
    field("source").focus();
  });
  clash.querySelector("[data-theirs]").addEventListener("click", () => reload(editor.row.id));
  return null;
}

// ---- Acts on the paragraph being edited.

const characters = (text) => [...text].length;

async function act(name, more = {}) {
  const one = editor;
  clearTimeout(pause);
  const fields = fieldsOf(one, name, more);
  const next = one.row.nextElementSibling;
  one.sent = typedNow();
  const answer = await send(addressOf(one.row), () => ({
    ...fields,
    seen: document.getElementById(one.row.id)?.dataset.seen ?? "",
    next_seen: next?.dataset.seen ?? "",
  }));
  one.form.querySelector(".editor__told").textContent = "";
  if (!answer?.ok) return settled(answer, one, fields);
  if (editor === one) {
    one.form.remove();
    one.row.classList.remove("is-open", "is-new");
    editor = null;
  }
  return take(answer);
}

async function split() {
  const source = field("source");
  const place = characters(source.value.slice(0, source.selectionStart));
  // Whoever wrote the sign that works without script means it, wherever the cursor stands.
  const isMarked = /¶|\n[ \t]*\n/.test(source.value);
  const part = await act("split", isMarked ? {} : { place: String(place) });
  if (part) openAt(part.dataset.focus, 0);
}

async function merge() {
  const { row } = editor;
  const place = field("source").value.trimEnd().length;
  const part = await act("merge");
  if (part) openAt(row.id, place);
}

// Backspace at the beginning: the paragraph above takes this one in, with what was typed here.
async function mergeWithPrevious() {
  const one = editor;
  const before = one.row.previousElementSibling;
  if (!before) return;
  if (await save() === null) return;
  await queue;
  const place = shownWords(before).length;
  const answer = await send(addressOf(before), () => ({ act: "merge", seen: before.dataset.seen, next_seen: one.row.dataset.seen }));
  if (!answer?.ok) return settled(answer, one, fieldsOf(one, "merge"));
  close();
  if (take(answer)) openAt(before.id, place);
}

function openAt(key, place) {
  const row = document.getElementById(key);
  if (row) open(row, { place });
}

async function deleteIt() {
  const part = await act("delete");
  if (part) focusLink(document.getElementById(part.dataset.focus));
}

async function moveIt(name) {
  const { row } = editor;
  const place = field("source").selectionStart;
  const part = await act(name);
  if (part) openAt(row.id, place);
}

async function insertIt() {
  const part = await act("insert");
  if (part) focusLink(document.getElementById(part.dataset.focus));
}

const ACTS = {
  split,
  merge,
  delete: deleteIt,
  up: () => moveIt("up"),
  down: () => moveIt("down"),
  insert: insertIt,
  save: async () => { if (await save() !== null && editor) leave(); },
};

function submitted(event) {
  event.preventDefault();
  ACTS[event.submitter?.value ?? "save"]?.();
}

function deeper(by) {
  const level = field("level");
  const wanted = Number(level.value) + by;
  if (![...level.options].some((option) => !option.disabled && Number(option.value) === wanted)) return;
  level.value = String(wanted);
  save();
}

function neighbour(by) {
  const list = allRows();
  return list[list.indexOf(editor.row) + by];
}

function keyed(event) {
  if (event.isComposing) return;
  const isLevel = event.altKey && event.shiftKey;
  if (isLevel && !editor.isNew && event.key.startsWith("Arrow")) {
    event.preventDefault();
    ({ ArrowRight: () => deeper(1), ArrowLeft: () => deeper(-1), ArrowUp: ACTS.up, ArrowDown: ACTS.down })[event.key]();
  } else if (event.key === "Escape") {
    event.preventDefault();
    leave();
  } else if (event.target.name === "source") {
    keyedInText(event, event.target);
  }
}

function keyedInText(event, source) {
  const isAtStart = source.selectionStart === 0 && source.selectionEnd === 0;
  const isAtEnd = source.selectionStart === source.value.length;
  if (event.key === "Enter") {
    event.preventDefault();
    if (editor.isNew) insertIt();
    else if (event.ctrlKey || event.metaKey) goTo(neighbour(1), 0);
    else if (!event.shiftKey) split();
  } else if (editor.isNew) {
    return;
  } else if (event.key === "Backspace" && isAtStart && editor.row.previousElementSibling) {
    event.preventDefault();
    mergeWithPrevious();
  } else if (event.key === "Delete" && isAtEnd && editor.row.nextElementSibling) {
    event.preventDefault();
    merge();
  } else if (event.key === "ArrowUp" && isAtStart) {
    goTo(neighbour(-1), 0, event);
  } else if (event.key === "ArrowDown" && isAtEnd && source.selectionEnd === source.selectionStart) {
    goTo(neighbour(1), 0, event);
  } else if (isUndo(event) && !editor.hasTyped) {
    event.preventDefault();
    undoLast();
  }
}

function goTo(row, place, event) {
  if (!row) return;
  event?.preventDefault();
  open(row, { place });
}

// ---- The list: one stop for Tab, arrows between paragraphs, Ctrl+Z undoes.

function rove(link) {
  for (const each of rows.querySelectorAll('.piece__edit[tabindex="0"]')) each.tabIndex = -1;
  link.tabIndex = 0;
}

function restRoving() {
  for (const link of rows.querySelectorAll(".piece__edit:not([tabindex])")) link.tabIndex = -1;
  if (!rows.querySelector('.piece__edit[tabindex="0"]')) rows.querySelector(".piece__edit")?.setAttribute("tabindex", "0");
}

new MutationObserver(restRoving).observe(rows, { childList: true, subtree: true });
restRoving();

const isUndo = (event) => event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;

rows.addEventListener("keydown", (event) => {
  if (!event.target.classList.contains("piece__edit")) return;
  const list = allRows();
  const here = list.indexOf(event.target.closest(".piece"));
  const there = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: list.length - 1 }[event.key];
  if (list[there]) {
    event.preventDefault();
    focusLink(list[there]);
  }
});

rows.addEventListener("focusin", (event) => {
  if (event.target.classList.contains("piece__edit")) rove(event.target);
});

rows.addEventListener("click", (event) => {
  const row = event.target.closest(".piece");
  const link = event.target.closest(".piece__edit");
  if (link) event.preventDefault();
  else if (!event.target.closest(".piece__text") || event.target.closest("a, button") || !getSelection().isCollapsed) return;
  open(row, { place: link ? null : placeOfClick(event, row) });
});

// Where in the words somebody clicked; only where they are shown as they are written.
function placeOfClick(event, row) {
  if (row.dataset.source !== undefined) return null;
  const found = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  return found && row.querySelector(".piece__words").contains(found.offsetNode) ? found.offset : null;
}

document.addEventListener("keydown", (event) => {
  if (!isUndo(event) || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  undoLast();
});

function undoLast() {
  const button = document.querySelector('#split-acts > [name="undo"]:not(:disabled)');
  if (!button) return;
  if ("asks" in button.dataset) button.click();
  else whole({ undo: button.value }).then((part) => part && !editor && focusLink(document.getElementById(part.dataset.focus)));
}

// ---- Undo, redo, number again, and warnings that were looked at.

async function whole(fields, address = words.whole) {
  const one = editor;
  if (one && await save() === null) return null;
  const answer = await send(address, () => fields);
  if (!answer?.ok) {
    if (answer?.status === 409) tellOfOthers(answer.part.textContent.trim());
    else failed();
    return null;
  }
  const held = focusedRow();
  const isEdited = editor?.row.id;
  if (editor) {
    editor.sent = typedNow();
    close();
  }
  const part = take(answer, held);
  if (part && isEdited && document.getElementById(isEdited)) open(document.getElementById(isEdited));
  else if (part?.dataset.focus && fields.act !== "look") document.getElementById(part.dataset.focus)?.scrollIntoView({ block: "nearest" });
  return part;
}

screen.addEventListener("submit", (event) => {
  if (event.target.id !== "split-acts") return;
  event.preventDefault();
  const button = event.submitter;
  if ("asks" in button.dataset) ask(event.target, button);
  else whole({ [button.name]: button.value });
});

// What others did is undone on a page that says what it was.
async function ask(form, { name, value }) {
  if (await save() === null) return;
  const chosen = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  form.append(chosen);
  form.submit();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-look]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest(".piece");
  whole({ act: "look", place: button.value }, addressOf(row)).then(() => focusLink(document.getElementById(row.id)));
});

// What the server has opened is edited in place as well.
const opened = rows.querySelector("[data-editor]");
if (opened) {
  const row = opened.closest(".piece");
  if (!document.querySelector("#error-summary")) {
    const isNew = row.querySelector("[value=insert]") !== null;
    const written = typedBefore(opened);
    opened.remove();
    open(row, { isNew });
    for (const { name, value } of written) if (field(name)) field(name).value = value;
    if (written.length) typed({ target: field("source") });
  }
}
