// Signing with the card: the program on this device that talks to the card reader gets the content and the PIN; the PIN
// never goes to the server. Without that program the page's own way, a signature file, stays.
const form = document.querySelector("[data-sign]");
if (form?.dataset.signer) start(form);

async function start(form) {
  const { signer, manifest } = form.dataset;
  const status = form.querySelector("[data-status]");
  const error = form.querySelector("#pin-error");
  const pin = form.querySelector("#pin");
  const card = form.querySelector("#card");
  const go = form.querySelector("[data-go]");
  const say = (text) => {
    error.textContent = text;
    error.hidden = !text;
    pin.toggleAttribute("aria-invalid", Boolean(text));
    if (text) pin.focus();
  };
  const cards = await fetch(new URL("/cards", signer)).then((r) => r.json()).catch(() => null);
  if (!cards?.length) return;
  card.replaceChildren(...cards.map(({ card, name }) => new Option(name, card)));
  form.querySelector("[data-card]").hidden = false;

  // Enter in the field of the PIN presses this button, and not that of the file.
  pin.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    go.click();
  });
  go.addEventListener("click", async () => {
    say("");
    if (!pin.value) return say(form.dataset.textNoPin);
    go.disabled = true;
    status.textContent = form.dataset.textReading;
    try {
      const content = await fetch(manifest).then((r) => (r.ok ? r.arrayBuffer() : Promise.reject(new Error(r.status))));
      const answer = await fetch(new URL(`/cards/${encodeURIComponent(card.value)}/sign`, signer), { method: "POST", headers: { "Content-Type": "text/plain" },
        body: JSON.stringify({ pin: pin.value, content: base64(content) }) }).catch(() => null);
      if (!answer) return say(form.dataset.textNoReader);
      const told = await answer.json();
      if (answer.status === 423) return say(form.dataset.textLocked);
      if (answer.status === 403) return say(form.dataset.textWrongPin.replace("{left}", told.tries_left));
      if (!answer.ok) return say(form.dataset.textNoReader);
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "signature", value: told.signature }));
      form.requestSubmit();
    } catch {
      say(form.dataset.textNoReader);
    } finally {
      pin.value = "";
      status.textContent = "";
      go.disabled = false;
    }
  });
}

function base64(buffer) {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}
