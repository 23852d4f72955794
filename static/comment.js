// Words of the paragraph are quoted by marking them: with a mouse, by touch, or with the keyboard alone.
// Without script they are typed or pasted into the form.

const tools = document.querySelector("[data-quoting]");
const field = document.getElementById("quotation");
const CONTEXT = 32;

if (tools && field) quoteFrom(document.querySelector(".spread__text > :first-child"));

function quoteFrom(paragraph) {
  const [quote, mark] = tools.querySelectorAll("button");
  const status = tools.querySelector("[role=status]");
  let selected = null;

  // ------------------------------------------------------------ what the browser itself marks

  function selectionInParagraph() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0).cloneRange();
    if (!range.intersectsNode(paragraph)) return null;
    if (!paragraph.contains(range.startContainer)) range.setStart(paragraph, 0);
    if (!paragraph.contains(range.endContainer)) range.setEnd(paragraph, paragraph.childNodes.length);
    return range.toString().trim() ? range : null;
  }

  function offer() {
    const range = selectionInParagraph();
    if (!range && document.activeElement === quote) return;
    selected = range && { words: range.toString(), before: textBefore(range) };
    quote.hidden = !range;
    if (range) putBelow(range);
  }

  function textBefore(range) {
    const before = document.createRange();
    before.setStart(paragraph, 0);
    before.setEnd(range.startContainer, range.startOffset);
    return before.toString();
  }

  // The browser's own menu stands above what is marked.
  function putBelow(range) {
    const place = [...range.getClientRects()].at(-1);
    const { offsetWidth: width, offsetHeight: height } = quote;
    const left = Math.min(Math.max(8, place.right - width), innerWidth - width - 8);
    const top = Math.min(Math.max(8, place.bottom + 10), innerHeight - height - 8);
    quote.style.left = `${left}px`;
    quote.style.top = `${top}px`;
  }

  function take(words, before) {
    field.value = words.replace(/\s+/gu, " ").trim();
    document.getElementById("quotation_prefix").value = before.slice(-CONTEXT);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.closest("details").open = true;
    status.textContent = tools.dataset.taken.replace("{words}", field.value);
    quote.hidden = true;
    getSelection().removeAllRanges();
    document.getElementById("body").focus();
  }

  document.addEventListener("selectionchange", offer);
  addEventListener("scroll", () => quote.hidden || offer(), { passive: true });
  addEventListener("resize", () => quote.hidden || offer(), { passive: true });
  // What is marked must still be so when the button is pressed.
  quote.addEventListener("pointerdown", (event) => event.preventDefault());
  quote.addEventListener("click", () => selected && take(selected.words, selected.before));
  // Whoever changes the words by hand means no certain place any more.
  field.addEventListener("input", (event) => {
    if (event.isTrusted) document.getElementById("quotation_prefix").value = "";
  });

  // ------------------------------------------------------------ marking word by word

  let words = [];
  let list = null;
  let anchor = 0;
  let here = 0;
  let isFirst = true;

  function begin() {
    list = document.createElement("div");
    list.className = "marking";
    list.tabIndex = 0;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-multiselectable", "true");
    list.setAttribute("aria-label", tools.dataset.name);
    list.setAttribute("aria-describedby", "marking-help");
    words = pieces(paragraph.textContent).map((piece, place) => {
      const option = document.createElement("span");
      option.id = `word-${place}`;
      option.setAttribute("role", "option");
      option.textContent = piece.trim();
      list.append(option, piece.endsWith(" ") ? " " : "");
      return option;
    });
    paragraph.hidden = true;
    paragraph.after(list);
    tools.querySelector("#marking-help").hidden = false;
    mark.hidden = true;
    quote.hidden = true;
    [anchor, here, isFirst] = [0, 0, true];
    list.addEventListener("keydown", steer);
    list.addEventListener("click", point);
    list.focus();
    show();
  }

  // Each word with the marks and the space that follow it; signs of scripts without spaces by themselves.
  function pieces(text) {
    const clean = text.replace(/\s+/gu, " ").trim();
    const language = paragraph.closest("[lang]").lang;
    const found = [];
    for (const { segment, isWordLike } of new Intl.Segmenter(language, { granularity: "word" }).segment(clean)) {
      const joins = found.length && !found.at(-1).endsWith(" ") && (!isWordLike || /[’'\-.,]$/u.test(found.at(-1)));
      if (joins || (found.length && segment === " ")) found[found.length - 1] += segment;
      else found.push(segment);
    }
    return found;
  }

  function show() {
    const [first, last] = [Math.min(anchor, here), Math.max(anchor, here)];
    words.forEach((word, place) => {
      word.setAttribute("aria-selected", String(place >= first && place <= last));
      word.classList.toggle("is-here", place === here);
    });
    list.setAttribute("aria-activedescendant", words[here].id);
    words[here].scrollIntoView({ block: "nearest" });
  }

  function move(to, extends_) {
    here = Math.min(Math.max(0, to), words.length - 1);
    if (!extends_) anchor = here;
    show();
  }

  // The word above or below, as the lines are broken now.
  function overLine(step) {
    const at = words[here].getBoundingClientRect();
    const middle = (at.left + at.right) / 2;
    const lines = words
      .map((word, place) => ({ place, box: word.getBoundingClientRect() }))
      .filter(({ box }) => (step > 0 ? box.top > at.top + 4 : box.top < at.top - 4));
    if (!lines.length) return step > 0 ? words.length - 1 : 0;
    const top = step > 0 ? Math.min(...lines.map(({ box }) => box.top)) : Math.max(...lines.map(({ box }) => box.top));
    const distance = ({ box }) => Math.abs((box.left + box.right) / 2 - middle);
    return lines.filter(({ box }) => Math.abs(box.top - top) < 4).sort((a, b) => distance(a) - distance(b))[0].place;
  }

  function steer(event) {
    const forwards = getComputedStyle(list).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const isAll = event.key === "a" && (event.ctrlKey || event.metaKey);
    if (isAll) {
      anchor = 0;
      move(words.length - 1, true);
    } else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "Enter") finish();
    else if (event.key === "Escape") leave();
    else if (event.key === "Home") move(0, event.shiftKey);
    else if (event.key === "End") move(words.length - 1, event.shiftKey);
    else if (event.key === "ArrowUp") move(overLine(-1), event.shiftKey);
    else if (event.key === "ArrowDown") move(overLine(1), event.shiftKey);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight")
      move(here + (event.key === forwards ? 1 : -1), event.shiftKey);
    else return;
    event.preventDefault();
  }

  // The first tap says where the words begin, the next where they end.
  function point(event) {
    const place = words.indexOf(event.target.closest("[role=option]"));
    if (place < 0) return;
    move(place, !isFirst || event.shiftKey);
    isFirst = !isFirst;
  }

  function finish() {
    const [first, last] = [Math.min(anchor, here), Math.max(anchor, here)];
    const range = document.createRange();
    range.setStart(list, 0);
    range.setEndBefore(words[first]);
    const before = range.toString();
    range.setStartBefore(words[first]);
    range.setEndAfter(words[last]);
    const marked = range.toString();
    leave();
    take(marked, before);
  }

  function leave() {
    list.remove();
    paragraph.hidden = false;
    tools.querySelector("#marking-help").hidden = true;
    mark.hidden = false;
    mark.focus();
  }

  mark.addEventListener("click", begin);
  tools.querySelector("[data-finish]").addEventListener("click", finish);
  tools.querySelector("[data-leave]").addEventListener("click", leave);
  mark.hidden = !("Segmenter" in Intl);
  tools.hidden = false;
}
