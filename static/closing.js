// Counts down the last hour before a closing, by the server's clock; the visitor's own may be wrong.

const HOUR = 3_600_000;
const MINUTE = 60_000;
const ANNOUNCED = [60, 30, 10, 5, 1];
const LONGEST_WAIT = 10 * MINUTE;

class Countdown {
  constructor(place) {
    this.place = place;
    this.shown = place.querySelector(".countdown__time");
    this.said = place.querySelector("[role=status]");
    this.closes = Date.parse(place.dataset.closes);
    this.takes = this.closes + Number(place.dataset.grace) * MINUTE;
    this.offset = null;
    this.lastMinutes = Infinity;
    this.ask();
    // A machine that slept, or a page that comes back from the browser's memory, asks again.
    addEventListener("pageshow", (event) => event.persisted && this.ask());
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
  }

  async ask() {
    const asked = performance.now();
    try {
      const answer = await fetch(this.place.dataset.clock, { cache: "no-store" });
      const server = Number(await answer.text());
      if (!answer.ok || !server) return;
      this.offset = server - (asked + performance.now()) / 2;
      this.tick();
    } catch {
      // Without the network the sentence that stands on the page will do.
    }
  }

  now() {
    return performance.now() + this.offset;
  }

  tick() {
    clearTimeout(this.timer);
    const left = this.closes - this.now();
    if (left > HOUR) {
      this.timer = setTimeout(() => this.tick(), Math.min(left - HOUR, LONGEST_WAIT));
      return;
    }
    this.place.hidden = false;
    if (left > 0) this.count(left);
    else if (this.takes > this.now()) this.takeStill(this.takes - this.now());
    else this.close();
  }

  count(left) {
    this.shown.textContent = this.place.dataset.left.replace("{time}", clock(left));
    this.announce(Math.ceil(left / MINUTE));
    this.again(left);
  }

  takeStill(left) {
    const { takes } = this.place.dataset;
    this.shown.textContent = takes.replace("{time}", clock(left));
    if (this.lastMinutes !== 0) this.say(takes.replace("{time}", clock(left)));
    this.lastMinutes = 0;
    this.again(left);
  }

  close() {
    const { closed, kept, unsaved } = this.place.dataset;
    const written = [...document.querySelectorAll("main textarea:not([readonly])")].some(isWritten);
    // What is typed is saved all along; where that failed it stands in this window alone.
    const isSaved = !document.querySelector("[data-saved].is-unsaved");
    const way = this.place.querySelector("[data-basket]");
    if (way) way.hidden = !(written && isSaved);
    const words = written ? `${closed} ${isSaved ? kept : unsaved}` : closed;
    this.place.classList.add("is-closed");
    this.shown.textContent = words;
    this.say(words);
  }

  again(left) {
    // At the change of a second, and a moment after it, so that none is skipped.
    this.timer = setTimeout(() => this.tick(), (left % 1000) + 20);
  }

  announce(minutes) {
    const due = ANNOUNCED.find((each) => minutes <= each && each < this.lastMinutes && this.lastMinutes !== Infinity);
    const isExactly = ANNOUNCED.includes(minutes) && this.lastMinutes === Infinity;
    if (due !== undefined || isExactly) {
      const { announced, announcedOne } = this.place.dataset;
      this.say(minutes === 1 ? announcedOne : announced.replace("{minutes}", minutes));
    }
    this.lastMinutes = minutes;
  }

  say(words) {
    this.said.textContent = words;
  }
}

// The field for other wording begins with the words of the paragraph, which nobody has written.
function isWritten(field) {
  return field.value.trim() && (field.name === "body" || field.value !== field.defaultValue);
}

function clock(left) {
  const seconds = Math.ceil(left / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

for (const place of document.querySelectorAll(".countdown")) new Countdown(place);
