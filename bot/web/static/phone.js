// Keeps a page up to date and sends without leaving it. Everything works without this file too.
(() => {
  "use strict";
  const trouble = document.querySelector(".trouble");
  let asking = false, again = false;

  const swap = (id, fresh) => {
    const ours = document.getElementById(id), theirs = fresh.getElementById(id);
    if (!ours || !theirs || ours.innerHTML === theirs.innerHTML) return;
    if (id === "side" && ours.contains(document.activeElement) && document.activeElement.type === "date") return;
    const held = ours.contains(document.activeElement) ? document.activeElement.value : null;
    ours.replaceChildren(...theirs.childNodes);
    if (held) [...ours.querySelectorAll("button")].find((button) => button.value === held)?.focus();
  };

  const look = async () => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        swap("talk", fresh);
        swap("side", fresh);
      }
    } catch { /* the stream tells us when to look again */ }
    asking = false;
    if (again) { again = false; look(); }
  };

  const post = async (form, button) => {
    const told = new FormData(form, button);
    const isFile = form.enctype === "multipart/form-data";
    const body = isFile ? told : new URLSearchParams(told);
    if (form.classList.contains("write")) form.reset();
    form.closest("details")?.removeAttribute("open");
    trouble.hidden = true;
    try {
      const answer = await fetch(location.pathname, { method: "POST", headers: { "x-live": "1" }, body });
      if (answer.ok) { if (isFile) form.reset(); look(); return; }
      trouble.textContent = await answer.text();
    } catch { /* said below */ }
    trouble.hidden = false;
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.classList.contains("says")) return;
    event.preventDefault();
    post(event.target, event.submitter);
    if (!event.target.classList.contains("write") && matchMedia("(pointer: fine)").matches) document.querySelector(".write input")?.focus({ preventScroll: true });
  });

  document.querySelectorAll(".attach input[type=file]").forEach((input) => {
    input.addEventListener("change", () => { if (input.files.length) input.form.requestSubmit(); });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelector(".attach")?.removeAttribute("open");
  });

  const stream = new EventSource("/phone/events");
  stream.addEventListener("message", look);
  window.addEventListener("pagehide", () => stream.close());
})();
