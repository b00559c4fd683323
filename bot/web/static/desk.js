"use strict";
// The desk works without this. With it a page looks again when something changed, keeps what is being written, and counts an undo down.
(() => {
  const live = { headers: { "x-live": "1" }, credentials: "same-origin", cache: "no-store" };
  let busy = false, again = false;

  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, live);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const fresh = page.getElementById(part.id);
        if (!fresh || fresh.innerHTML === part.innerHTML) continue;
        const playing = [...part.querySelectorAll("audio")].find((sound) => !sound.paused && !sound.error);
        if (playing) { playing.addEventListener("pause", refresh, { once: true }); continue; }      // it is heard to its end first
        const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
        part.replaceChildren(...fresh.childNodes);
        if (focused) part.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
      }
      document.title = page.title;
    } catch { /* the next change tries again */ } finally {
      busy = false;
      if (again) { again = false; refresh(); }
    }
  }

  function listen() {
    const path = document.body.dataset.events;
    if (!path || !document.querySelector("[data-live]")) return;
    const stream = new EventSource(path);
    let first = true;
    stream.onmessage = () => { if (first) first = false; else refresh(); };
    stream.onopen = () => { if (!first) refresh(); };
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  }

  const bare = (text) => text.replace(/[\s*]+/g, "");

  function unkept(key, kept) {      // what was typed over this very draft and not kept yet, nor sent elsewhere meanwhile; else null
    let base, text;
    try { [base, text] = JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
    if (typeof base !== "string" || typeof text !== "string" || base.trim() !== kept.trim() || text === kept) return null;
    const last = [...document.querySelectorAll(".lines .human .said")].at(-1);
    return last && bare(text) && bare(last.textContent).endsWith(bare(text)) ? null : text;
  }

  function keepDrafts() {
    for (const area of document.querySelectorAll("textarea[data-draft]")) {
      const key = `draft:${area.dataset.draft}`, said = document.querySelector("[data-draft-said]");
      const csrf = area.form.elements.csrf.value;
      let timer = 0, kept = area.value, typedAt = Date.now();
      const typed = unkept(key, kept);
      const save = async () => {
        if (area.value === kept) return;
        sessionStorage.setItem(key, JSON.stringify([kept, area.value]));
        const text = area.value, age = Math.floor((Date.now() - typedAt) / 1000);      // by it the newer of two tabs wins
        try {
          const answer = await fetch(area.dataset.draft, { ...live, method: "POST", body: new URLSearchParams({ csrf, text, age }), keepalive: true });
          if (answer.ok) { kept = text; sessionStorage.removeItem(key); if (said) said.textContent = "✓"; } else if (said) said.textContent = "…";      // kept by this page until somebody comes in again
        } catch { if (said) said.textContent = "…"; }
      };
      if (typed === null) sessionStorage.removeItem(key); else { area.value = typed; timer = setTimeout(save, 0); }
      area.addEventListener("input", () => { typedAt = Date.now(); clearTimeout(timer); timer = setTimeout(save, 1000); if (said) said.textContent = ""; });
      area.form.addEventListener("submit", () => { clearTimeout(timer); kept = area.value; sessionStorage.removeItem(key); });
      addEventListener("pagehide", save);
    }
  }

  function countDown() {
    for (const form of document.querySelectorAll("[data-left]")) {
      const button = form.querySelector("button"), word = button.textContent;
      const ends = Date.now() + Number(form.dataset.left) * 1000;      // counted by the office's clock, which is not this machine's
      const tick = () => {
        const left = Math.ceil((ends - Date.now()) / 1000);
        if (left <= 0) { form.remove(); refresh(); return; }
        button.textContent = `${word} (${left})`;
        setTimeout(tick, 250);
      };
      tick();
    }
  }

  listen();
  keepDrafts();
  countDown();
})();
