// The documents page with a script: files are sent as they are picked, and the page shows them once they are there.
import { enhance } from "./upload.js";

for (const form of document.querySelectorAll("form[data-upload]")) enhance(form);

// Once no upload is under way the page is loaded again, so that it shows what the server has.
let open = 0;
addEventListener("upload", () => {
  clearTimeout(open);
  open = setTimeout(() => {
    const busy = [...document.querySelectorAll(".uploads progress")].some((p) => !p.hidden);
    if (!busy) location.reload();
  }, 800);
});
