"use strict";
(() => {
  const NAMES = ["drawing", "photo", "other"];
  const KEYS = { 1: "drawing", 2: "photo", 3: "other", 4: "skip" };
  const KEYED = new Set(Object.values(KEYS));
  const data = JSON.parse(document.getElementById("data").textContent);
  const element = (id) => document.getElementById(id);
  const wall = element("wall");
  const closer = element("closer");
  const show = element("filter");
  const undos = document.querySelectorAll(".undo");
  const order = new Map(data.pictures.map((picture, index) => [picture.sha256, index]));
  const tiles = [];
  const DAY_MS = 86_400_000;
  // Every label given, in the order of their numbers: a clock may be put back. The last one of a picture counts; undo
  // takes the last away.
  let events = [];
  let changes = 0;
  let unkept = false;
  let current = 0;

  let said = "";

  function notice(text) {
    said = text;
    const warning = "This browser keeps nothing for this page: export before you close it.";
    element("notice").textContent = [text, unkept && warning].filter(Boolean).join(" ");
  }

  function cannotKeep() {
    unkept = true;
    notice(said);
  }

  // Labels lie in IndexedDB, for Chromium now and then gives a page from the disk an empty localStorage. Each is a record
  // of its own, so that two tabs add to each other.
  const thisPage = IDBKeyRange.bound([data.page], [data.page, []]);

  const answered = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  async function open() {
    const request = indexedDB.open("gallery-labels", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("labels", { keyPath: ["page", "nth", "sha256"] });
      request.result.createObjectStore("words");
    };
    return answered(request);
  }

  let database;

  // Takes over what every window with this page has kept; says whether that is something new.
  async function load() {
    const before = JSON.stringify(events);
    try {
      database ??= await open();
      let seen, found, by;
      do {
        seen = changes;
        const transaction = database.transaction(["labels", "words"]);
        [found, by] = await Promise.all([
          answered(transaction.objectStore("labels").getAll(thisPage)),
          answered(transaction.objectStore("words").get("by")),
        ]);
      } while (seen !== changes);
      if (unkept) return false;  // what could not be kept is here alone
      events = found.filter((one) => order.has(one.sha256));
      if (document.activeElement !== element("by")) element("by").value = by ?? "";
    } catch {
      cannotKeep();
    }
    return JSON.stringify(events) !== before;
  }

  function keep(change) {
    changes += 1;
    try {
      const transaction = database.transaction(["labels", "words"], "readwrite", { durability: "strict" });
      transaction.onabort = cannotKeep;
      change(transaction.objectStore("labels"), transaction.objectStore("words"));
      transaction.commit();  // not only after the next answer: the page may be closed before
    } catch {
      cannotKeep();
    }
  }

  const keepName = () => keep((_, words) => words.put(element("by").value, "by"));

  function labels() {
    const latest = new Map();
    for (const { sha256, label, at, by } of events) latest.set(sha256, { label, at, by });
    return latest;
  }

  // The label given on this page. One of before is there to be looked at again: it is neither exported nor undone.
  const labelOf = (index) => tiles[index].dataset.label;

  const kindOf = (index) => labelOf(index) || (data.pictures[index].said?.[0] ?? "todo");

  function describe(index) {
    const { guess, said, source } = data.pictures[index];
    const parts = [`Picture ${index + 1} of ${data.pictures.length}`];
    if (guess) {
      const best = guess.indexOf(Math.max(...guess));
      parts.push(`the model says ${NAMES[best]}, ${Math.round(guess[best] * 100)} %`);
    }
    if (labelOf(index)) parts.push(`labelled ${labelOf(index)}`);
    if (said) parts.push(`called ${said[0]} before by ${said[1]}`);
    if (!labelOf(index) && !said) parts.push("not labelled");
    parts.push(source);
    return parts.join("; ");
  }

  function build() {
    const fragment = document.createDocumentFragment();
    data.pictures.forEach((picture, index) => {
      const item = document.createElement("li");
      item.style.setProperty("--ratio", String(picture.ratio));
      const tile = document.createElement("button");
      tile.type = "button";
      tile.className = "tile";
      tile.tabIndex = -1;
      tile.dataset.index = String(index);
      tile.dataset.label = "";
      const image = document.createElement("img");
      image.loading = "lazy";
      image.decoding = "async";
      image.alt = "";
      image.src = `pictures/${picture.sha256}.jpg`;
      const mark = document.createElement("span");
      mark.className = "mark";
      tile.append(image, mark);
      if (picture.guess) {
        const bar = document.createElement("span");
        bar.className = "guess";
        picture.guess.forEach((share, i) => {
          const part = document.createElement("i");
          part.className = `is-${NAMES[i]}`;
          part.style.flexGrow = String(share);
          bar.append(part);
        });
        tile.append(bar);
      }
      item.append(tile);
      fragment.append(item);
      tiles.push(tile);
    });
    wall.append(fragment);
  }

  function paint() {
    const latest = labels();
    const counts = { drawing: 0, photo: 0, other: 0, skip: 0, todo: 0 };
    tiles.forEach((tile, index) => {
      const { sha256, said } = data.pictures[index];
      const label = latest.get(sha256)?.label ?? "";
      if (tile.dataset.label !== label || !tile.ariaLabel) {
        tile.dataset.label = label;
        const mark = tile.querySelector(".mark");
        mark.className = label || !said ? `mark is-${kindOf(index)}` : `mark is-before is-${said[0]}`;
        mark.textContent = label || (said?.join(", ") ?? "");
        tile.ariaLabel = describe(index);
      }
      counts[kindOf(index)] += 1;
    });
    for (const [label, count] of Object.entries(counts)) element(`count-${label}`).textContent = String(count);
    element("progress").value = tiles.length - counts.todo;
    for (const button of undos) button.disabled = events.length === 0;
  }

  function filter() {
    const wanted = show.value;
    let shown = 0;
    tiles.forEach((tile, index) => {
      tile.parentElement.hidden = wanted !== "all" && wanted !== kindOf(index);
      if (!tile.parentElement.hidden) shown += 1;
    });
    element("empty").hidden = shown > 0;
  }

  // Hides what is not wanted, and walks on from a picture that was hidden.
  function refilter() {
    filter();
    if (!visible(current)) step(1, false);
    if (!visible(current)) step(-1, false);
  }

  async function follow() {
    if (document.hidden || !(await load())) return;
    paint();
    refilter();
  }

  const visible = (index) => index >= 0 && index < tiles.length && !tiles[index].parentElement.hidden;

  function go(index, focus = true) {
    if (!visible(index)) return;
    tiles[current].removeAttribute("aria-current");
    tiles[current].tabIndex = -1;
    current = index;
    tiles[current].setAttribute("aria-current", "true");
    tiles[current].tabIndex = 0;
    if (closer.open) showCloser();
    else if (focus) tiles[current].focus();
    tiles[current].scrollIntoView({ block: "nearest" });
  }

  function step(direction, focus = true) {
    let index = current + direction;
    while (index >= 0 && index < tiles.length && !visible(index)) index += direction;
    go(index, focus);
    return visible(index);
  }

  // The tile in the next row whose middle is nearest to this one's.
  function stepRow(direction) {
    const here = tiles[current].getBoundingClientRect();
    const middle = here.left + here.width / 2;
    let best = -1;
    let bestTop = null;
    let bestGap = Infinity;
    for (let i = current + direction; i >= 0 && i < tiles.length; i += direction) {
      if (!visible(i)) continue;
      const box = tiles[i].getBoundingClientRect();
      if (Math.abs(box.top - here.top) < 2) continue;
      if (bestTop !== null && Math.abs(box.top - bestTop) >= 2) break;
      bestTop = box.top;
      const gap = Math.abs(box.left + box.width / 2 - middle);
      if (gap < bestGap) [best, bestGap] = [i, gap];
    }
    go(best);
  }

  function nextToDo(from) {
    for (let i = 1; i <= tiles.length; i += 1) {
      const index = (from + i) % tiles.length;
      if (!labelOf(index) && visible(index)) return index;
    }
    return -1;
  }

  // The import tells the labels of one picture by the second. One far ahead of the clock was given before it was put
  // right, and was never imported.
  function moment(before) {
    const now = Date.now();
    const after = before ? Date.parse(before) + 1000 : 0;
    return new Date(after - now > DAY_MS ? now : Math.max(now, after)).toISOString();
  }

  // Who labels; where nobody has said so in plain letters, asks, and is "".
  function labeller() {
    const by = element("by").value.trim();
    if (by && !/^[=+\-@]|(?!\u200d)[\p{C}\p{Zl}\p{Zp}]/u.test(by)) return by;
    notice("Say who you are first, in plain letters: your name goes into the CSV with every label.");
    closer.close();
    element("by").focus();
    return "";
  }

  function label(name) {
    if (!visible(current)) return;
    const by = labeller();
    if (!by) return;
    const { sha256 } = data.pictures[current];
    const nth = (events.at(-1)?.nth ?? 0) + 1;
    const event = { page: data.page, nth, sha256, label: name, by, at: moment(labels().get(sha256)?.at) };
    events.push(event);
    keep((kept) => kept.put(event));
    paint();
    notice("");
    if (KEYED.has(show.value)) {
      if (!step(1)) end("That was the last of the pictures shown here.");
      return;
    }
    const next = nextToDo(current);
    if (next >= 0) go(next);
    else end("Every picture here has a label. Export the CSV when you are content.");
  }

  function end(text) {
    notice(text);
    closer.close();
  }

  function undo() {
    const last = events.pop();
    if (!last) return;
    keep((kept) => kept.delete([last.page, last.nth, last.sha256]));
    paint();
    filter();
    notice("");
    go(order.get(last.sha256));
  }

  function showCloser() {
    element("closer-image").src = `pictures/${data.pictures[current].sha256}.jpg`;
    element("closer-text").textContent = describe(current);
    if (!closer.open) closer.showModal();
    element("closer-text").focus();  // on none of the buttons, which space and Enter would press
  }

  // RFC 4180: quoted where needed, CRLF.
  const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  async function exportCsv() {
    keepName();
    await follow();
    // an earlier page kept no names: its labels go under the present one
    const nameless = [...labels().values()].some((one) => !one.by);
    const present = nameless ? labeller() : "";
    if (nameless && !present) return;
    const lines = [["sha256", "label", "by", "at"]];
    for (const [sha256, { label: name, at, by = present }] of labels()) {
      const ahead = Date.parse(at) - Date.now() > DAY_MS;
      lines.push([sha256, name, by, ahead ? new Date().toISOString() : at]);
    }
    const text = lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = `labels-${data.page}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    const exported = lines.length === 2 ? "1 label" : `${lines.length - 1} labels`;
    notice(`${exported} exported. Next: ${data.then} ${link.download}`);
  }

  const actions = {
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    ArrowDown: () => stepRow(1),
    ArrowUp: () => stepRow(-1),
    u: undo,
    Backspace: undo,
    " ": () => (closer.open ? closer.close() : showCloser()),
    Enter: () => (closer.open ? closer.close() : showCloser()),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const letGo = KEYS[event.key] || actions[event.key] === undo;  // what choosing in "Show" has no use for
    if (event.target.closest("input") || (event.target === show && !letGo)) return;
    const ours = event.target.closest("button:not(.tile)");
    if (ours && (event.key === " " || event.key === "Enter")) return;
    const action = KEYS[event.key] ? () => label(KEYS[event.key]) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    if (!event.repeat || event.key.startsWith("Arrow")) action();
  });
  wall.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile) return;
    const index = Number(tile.dataset.index);
    if (index === current && event.detail > 0) showCloser();
    else go(index);
  });
  closer.addEventListener("click", (event) => { if (!event.target.closest(".dock")) closer.close(); });
  closer.addEventListener("close", () => {
    if (document.activeElement !== element("by")) tiles[current]?.focus();
  });
  document.querySelectorAll(".dock [data-label]").forEach((button) => {
    button.addEventListener("click", () => label(button.dataset.label));
  });
  for (const button of undos) button.addEventListener("click", undo);
  element("enlarge").addEventListener("click", () => { if (visible(current)) showCloser(); });
  // A choice by the pointer goes back to the pictures. One by the keyboard stays, for the arrows walk through the
  // choices, until Enter or Escape.
  let pointed = false;
  show.addEventListener("pointerdown", () => { pointed = true; });
  show.addEventListener("keydown", (event) => {
    pointed = false;
    if (event.key === "Enter" || event.key === "Escape") tiles[current]?.focus();
  });
  show.addEventListener("change", () => {
    refilter();
    if (pointed || document.activeElement !== show) tiles[current]?.focus();
  });
  element("by").addEventListener("change", keepName);
  element("by").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !labeller()) return;
    notice("");
    tiles[current]?.focus();
  });
  element("export").addEventListener("click", exportCsv);
  element("reset").addEventListener("click", () => {
    if (!confirm("Forget every label on this page? Labels that you imported stay.")) return;
    events = [];
    keep((kept) => kept.delete(thisPage));
    paint();
    notice("");
    filter();
    go(0);
  });
  // Another window with the same page: its labels are ours.
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("focus", follow);

  // What is said stands above the buttons, wherever the page is scrolled to; pictures keep clear of both.
  new ResizeObserver(([{ target }]) => {
    document.documentElement.style.setProperty("--foot", `${target.offsetHeight}px`);
  }).observe(document.querySelector(".foot"));

  load().then(() => {
    build();
    paint();
    filter();
    if (!tiles.length) return;
    const first = nextToDo(tiles.length - 1);
    go(first >= 0 ? first : 0, false);
  });
})();
