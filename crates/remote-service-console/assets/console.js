// Makes pages better that work without it: news appear by themselves, times are the reader's own.
"use strict";

const ask = (address, options) =>
  fetch(address, { credentials: "same-origin", headers: { "x-requested-by": "console" }, ...options });
const sleep = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));

function localTimes(root) {
  // As the dates are that come without a time: day before month.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]:not([data-countdown])")) {
    time.textContent = format.format(new Date(time.dateTime));
  }
}

// The request for assistance takes the keyboard, and says how long it stays.
function question(root) {
  const dialog = root.querySelector("dialog.question");
  if (!dialog) return;
  dialog.close();
  dialog.showModal();
  // No answer is an answer: a button is needed. Browsers let Escape close a dialog that nobody has touched yet.
  dialog.addEventListener("close", () => dialog.isConnected && dialog.showModal());
  const rest = dialog.querySelector("[data-countdown]");
  const end = new Date(rest.dateTime);
  const tick = () => {
    if (!dialog.isConnected) return;
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    rest.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    setTimeout(tick, 500);
  };
  tick();
}

// What changes by itself on every page. The same is not put there twice: whoever is about to press a button keeps it.
async function live(element) {
  let shown = null;
  let state = element.querySelector("[data-state]")?.dataset.state;
  const every = Number(element.dataset.every);
  for (;;) {
    await sleep(every);
    while (document.hidden) {
      await new Promise((wake) => document.addEventListener("visibilitychange", wake, { once: true }));
    }
    try {
      const answer = await ask(element.dataset.live);
      if (answer.status === 401) return location.reload(); // the session is over: the page leads to the login
      const text = answer.ok ? await answer.text() : shown;
      if (text === shown) continue;
      const first = shown === null;
      shown = text;
      const fresh = document.createElement("div");
      fresh.innerHTML = text;
      const now = fresh.querySelector("[data-state]")?.dataset.state;
      if (now !== state) await follow();
      state = now;
      const asked = element.querySelector("dialog.question")?.dataset.id;
      if (asked && fresh.querySelector("dialog.question")?.dataset.id === asked) continue; // it is being answered
      localTimes(fresh);
      if (first && fresh.textContent.trim() === element.textContent.trim()) continue;
      element.replaceChildren(...fresh.childNodes);
      question(element);
    } catch {
      // The service is away; the next round tries again.
    }
  }
}

// The status icon, and what else a page shows of the service, follow without a reload: forms are left alone.
async function follow() {
  const parts = document.querySelectorAll("[data-follow]");
  if (parts.length === 0) return;
  const answer = await ask(location.href.split("#")[0]);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[data-follow]");
  if (fresh.length !== parts.length) return; // it is another page: the session is over
  parts.forEach((part, place) => part.replaceWith(document.adoptNode(fresh[place])));
  localTimes(document);
}

// The report of a connection test, stage by stage.
async function report(element) {
  while (element.querySelector("[data-running=true]")) {
    await sleep(250);
    const answer = await ask(element.dataset.report);
    if (!answer.ok) return;
    const text = await answer.text();
    if (text !== element.dataset.last) element.innerHTML = text;
    element.dataset.last = text;
  }
}

// [Test connection] shows its report here, so that nothing that was typed is lost.
function testHere(button) {
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    const place = document.querySelector(button.dataset.test);
    button.disabled = true;
    try {
      const body = new URLSearchParams(new FormData(button.form));
      const answer = await ask(button.formAction, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("[data-report]");
      if (!found) return button.form.requestSubmit(button); // a field is wrong: the page says which
      place.innerHTML = found.innerHTML;
      place.dataset.report = found.dataset.report;
      place.scrollIntoView({ block: "nearest" });
      await report(place);
    } finally {
      button.disabled = false;
    }
  });
}

// [Change] opens its form here, so that not even a password has to be typed again.
function changeHere(button) {
  const dialog = document.createElement("dialog");
  dialog.className = "change";
  const read = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  const put = (section) => {
    dialog.replaceChildren(document.adoptNode(section));
    dialog.querySelector("[data-cancel]").addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
    const form = dialog.querySelector("form");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const ok = form.querySelector("button");
      ok.disabled = true;
      try {
        const body = new URLSearchParams(new FormData(form));
        const page = await read(await ask(form.action, { method: "POST", body }));
        const refused = page.querySelector("[data-changed-here]");
        if (refused) return put(refused);
        const shown = page.querySelector(button.dataset.change);
        if (!shown) return location.reload(); // the session is over: the page leads to the login
        document.querySelector(button.dataset.change).value = shown.value;
        document.querySelector("#changed").replaceChildren(...page.querySelectorAll(".told"));
        dialog.close();
      } finally {
        ok.disabled = false;
      }
    });
  };
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(button.form));
    const page = await read(await ask(button.formAction, { method: "POST", body }));
    const section = page.querySelector("[data-changed-here]");
    if (!section) return location.reload(); // the session is over: the page leads to the login
    put(section);
    document.body.append(dialog);
    dialog.showModal();
  });
}

localTimes(document);
question(document);
document.querySelectorAll("[data-live]").forEach(live);
document.querySelectorAll("[data-report]").forEach(report);
document.querySelectorAll("[data-test]").forEach(testHere);
document.querySelectorAll("[data-change]").forEach(changeHere);
