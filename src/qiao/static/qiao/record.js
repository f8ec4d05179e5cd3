// A form marked data-record="reader:talk" survives a bad network: what is typed is kept on this device until it was sent, and
// sent once. The form names the version that was read and a key of its own, so the server tells a repeated sending from a new one.
const PREFIX = "record:";
const KEPT = 7 * 24 * 3600 * 1000; // milliseconds; older drafts are dropped
const PATIENCE = 30_000; // before a sending without an answer counts as lost
const AGAIN = 15_000;

const form = document.querySelector("form[data-record]");
const store = (() => {
  try {
    localStorage.setItem(`${PREFIX}try`, "");
    localStorage.removeItem(`${PREFIX}try`);
    return localStorage;
  } catch {
    return null; // forbidden in this browser: the form is sent as any other
  }
})();

const note = (name) => document.querySelector(`[data-record-note="${name}"]`);
const fieldsOf = () => [...form.elements].filter((one) => one.name && one.name !== "csrfmiddlewaretoken");

function forgetOld() {
  for (const key of Object.keys(store).filter((one) => one.startsWith(PREFIX))) {
    const kept = JSON.parse(store.getItem(key) || "{}");
    if (!kept.at || Date.now() - kept.at > KEPT) store.removeItem(key);
  }
}

function keepDrafts() {
  const key = PREFIX + form.dataset.record;
  let timer = 0;
  let sending = false;

  const keep = (waits = false) => {
    const values = fieldsOf().map((one) =>
      one.type === "radio" ? [`${one.name}=${one.value}`, one.checked] : [one.name, one.value],
    );
    store.setItem(key, JSON.stringify({ at: Date.now(), values, waits }));
  };

  const restore = () => {
    const kept = JSON.parse(store.getItem(key) || "null");
    if (!kept) return false;
    const values = new Map(kept.values);
    for (const one of fieldsOf()) {
      const value = values.get(one.type === "radio" ? `${one.name}=${one.value}` : one.name);
      if (value === undefined) continue;
      if (one.type === "radio") one.checked = value;
      else one.value = value;
      if (value && one.closest("details")) one.closest("details").open = true;
    }
    note("restored").hidden = false;
    return kept.waits;
  };

  const wait = () => {
    note("waiting").hidden = false;
    clearTimeout(timer);
    timer = setTimeout(send, AGAIN);
  };

  async function send() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    keep(true);
    try {
      const answer = await fetch(form.getAttribute("action") || location.href, {
        method: "POST",
        body: new FormData(form),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const done = answer.redirected && new URL(answer.url).pathname === form.dataset.done;
      if (answer.status >= 500) return wait();
      if (done) store.removeItem(key);
      else keep();
      // What the server has to say it says on a page of its own; the key makes a second sending harmless.
      if (answer.redirected) location.assign(done ? `${form.dataset.done}#talk-${form.dataset.record.split(":")[1]}` : answer.url);
      else form.submit();
    } catch {
      wait();
    } finally {
      sending = false;
    }
  }

  const waits = "answered" in form.dataset ? keep() : restore();
  form.addEventListener("input", () => keep());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  addEventListener("online", () => note("waiting").hidden || send());
  document.querySelector("[data-record-drop]").addEventListener("click", () => {
    store.removeItem(key);
    location.reload();
  });
  if (waits) send();
}

if (form && store) {
  forgetOld();
  keepDrafts();
}
