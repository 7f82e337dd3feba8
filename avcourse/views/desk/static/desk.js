// The desk works without this file; it only makes the narrow menu fold, and looks by itself how far a long work is.
"use strict";

document.documentElement.classList.add("scripted");

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector(".desk-menu-button");
  button?.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
  });

  // A form that was sent once is not sent again by an impatient second press.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      // What another script has taken over is sent by it, as often as it likes.
      setTimeout(() => { if (event.defaultPrevented) delete form.dataset.sent; });
      setTimeout(() => delete form.dataset.sent, 3000);
    });
  }

  const job = document.querySelector("[data-job]");
  if (job) follow(job);
});

/** Ask every second how far the work is, and show the whole page anew when it has ended. */
async function follow(job) {
  const bar = job.querySelector("progress");
  const said = job.querySelector("[data-job-said]");
  const words = JSON.parse(job.dataset.words);
  let lost = 0;
  while (lost < 30) {
    await new Promise((done) => setTimeout(done, 1000));
    let now;
    try {
      const answer = await fetch(job.dataset.job, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      now = await answer.json();
      lost = 0;
    } catch {
      lost += 1;
      continue;
    }
    if (now.state !== "working") { location.replace(job.dataset.page); return; }
    if (now.done > 0) { bar.max = now.total; bar.value = now.done; }
    said.textContent = now.said || words.working;
  }
}
