// Nothing here is needed: every page works without script, and a little better with it.

const page = document.documentElement;

document.getElementById("error-summary")?.focus();

// Zones that no city gives its name.
const UNIVERSAL = ["UTC", "Etc/UTC", "GMT", "Etc/GMT"];

// The reader's own zone beside a closing, when it is another than the consultation's.
async function cityOf(zone) {
  try {
    const answer = await fetch(`/${page.lang}/zones/${zone}`);
    if (answer.ok) return await answer.text();
  } catch {
    // Without the network the name of the zone will do.
  }
  return zone.split("/").pop().replaceAll("_", " ");
}

function words(instant, zone, wanted) {
  return new Intl.DateTimeFormat(page.lang === "en" ? "en-GB" : page.lang, { timeZone: zone, ...wanted }).format(instant);
}

function weekday(instant, zone) {
  // Of our languages only English writes the days of the week with a capital.
  const day = words(instant, zone, { weekday: "long" });
  return page.lang === "en" ? day : day.toLocaleLowerCase(page.lang);
}

async function tellOwnTime(time) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const instant = new Date(time.dateTime);
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const date = { day: "numeric", month: "numeric" };
  const isSameDay = words(instant, own, date) === words(instant, time.dataset.zone, date);
  if (isSameDay && words(instant, own, clock) === words(instant, time.dataset.zone, clock)) return;
  const added = document.createElement("span");
  added.className = "closing__own";
  added.textContent = UNIVERSAL.includes(own)
    ? [isSameDay ? "" : `${weekday(instant, own)},`, words(instant, own, clock), "UTC"].join(" ").trim()
    : (isSameDay ? time.dataset.own : time.dataset.ownDay)
    .replace("{time}", words(instant, own, clock))
    .replace("{day}", weekday(instant, own))
    .replace("{city}", await cityOf(own));
  time.parentElement.append(added);
}

document.querySelectorAll("time[data-own]").forEach(tellOwnTime);

// Changing the language keeps what the address names or what was read since. The languages stand at the very top:
// what only passes by on the way up does not count, what the page rests at does.
const RESTING_MS = 700;
let lastRead = location.hash;
let resting;

function placeBeingRead() {
  if (scrollY < innerHeight / 2) return "";
  const isInView = (each) => each.getBoundingClientRect().bottom > 80 && each.getBoundingClientRect().top < innerHeight;
  const paragraphs = [...document.querySelectorAll(".paragraph")].filter(isInView);
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named && paragraphs.some((each) => each.contains(named))) return location.hash;
  return paragraphs.length ? `#${paragraphs[0].id}` : "";
}

addEventListener("hashchange", () => {
  lastRead = location.hash;
});
addEventListener(
  "scroll",
  () => {
    clearTimeout(resting);
    resting = setTimeout(() => {
      lastRead = placeBeingRead() || lastRead;
    }, RESTING_MS);
  },
  { passive: true },
);

for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    link.hash = placeBeingRead() || lastRead;
  });
}

// The contents say where one is.
const entries = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
const headings = [...entries.keys()].map((id) => document.getElementById(id)).filter(Boolean);

function markPlace() {
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
  const here = passed.at(-1)?.id;
  for (const [id, link] of entries) {
    if (id === here) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
}

if (headings.length) {
  addEventListener("scroll", markPlace, { passive: true });
  markPlace();
}

// A link to one comment opens the notes that it is folded into.
function unfold() {
  const target = location.hash.startsWith("#c-") && document.getElementById(location.hash.slice(1));
  if (!target) return;
  const notes = target.closest("details");
  if (notes) notes.open = true;
  target.scrollIntoView();
}

addEventListener("hashchange", unfold);
unfold();

// On paper nothing can be unfolded: what is folded is printed open.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll(".notes:not([open])")];
  for (const notes of folded) notes.open = true;
});
addEventListener("afterprint", () => {
  for (const notes of folded) notes.open = false;
});
