// Where a consultation asks for it, the browser works a moment while its visitor writes, and proves it by the form.
// Whatever fails here, the form is sent without, and is received all the same while few come from one network.

async function prove(field) {
  if (!globalThis.isSecureContext || !globalThis.Worker) return;
  const answer = await fetch(field.dataset.challenge, { cache: "no-store" });
  if (!answer.ok) return;
  const worker = new Worker(field.dataset.solver);
  worker.addEventListener("message", ({ data: proof }) => {
    field.value = proof;
    worker.terminate();
  });
  worker.addEventListener("error", () => worker.terminate());
  worker.postMessage(await answer.json());
}

for (const field of document.querySelectorAll("input[data-challenge]")) {
  // Whoever only reads does no work.
  field.form.addEventListener("focusin", () => prove(field).catch(() => {}), { once: true });
}
