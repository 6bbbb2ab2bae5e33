// Makes pages better that work without it: late answers appear by themselves, times are the reader's own.
"use strict";

function localTimes(root) {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.textContent = format.format(new Date(time.dateTime));
  }
}

// Fills an element with the part of the page that the server renders for it: once, or every so often.
async function follow(element) {
  const every = Number(element.dataset.every) || 0;
  do {
    try {
      const answer = await fetch(element.dataset.live, { credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect") {
        location.reload(); // the session is over: the page leads to the login
        return;
      }
      // Whoever is about to press a button must not lose it.
      if (answer.ok && !element.contains(document.activeElement)) {
        element.innerHTML = await answer.text();
        localTimes(element);
      }
    } catch {
      // The network is away; the next round tries again.
    }
    await new Promise((wake) => setTimeout(wake, every));
    while (document.hidden) {
      await new Promise((wake) => document.addEventListener("visibilitychange", wake, { once: true }));
    }
  } while (every > 0);
}

localTimes(document);
document.querySelectorAll("[data-live]").forEach(follow);
