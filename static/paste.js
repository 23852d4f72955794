// A text area takes only the letters of what is pasted. This keeps beside it what a word processor gave with them:
// headings, lists and notes. Whoever then changes the letters has written a plain text.

for (const box of document.querySelectorAll("textarea[data-pasted]")) {
  const kept = document.getElementById(box.dataset.pasted);
  const told = document.getElementById(`${box.dataset.pasted}-status`);
  const tell = () => {
    told.textContent = kept.value ? told.dataset.words : "";
  };
  box.addEventListener("paste", (event) => {
    const replacesAll = box.selectionEnd - box.selectionStart === box.value.length;
    const html = replacesAll ? event.clipboardData.getData("text/html") : "";
    // The letters arrive after this event, and the change that they are must not undo what is kept.
    setTimeout(() => {
      kept.value = html;
      tell();
    });
  });
  box.addEventListener("input", () => {
    kept.value = "";
    tell();
  });
  tell();
}
