// Home's instrument: a pad, a slider over the sizes of one network, and what every size says. All sizes
// are asked after each stroke, in one request past the page; moving the slider asks nobody. The page
// hears of both a moment later. pad.js, cells.js,
// words.js and curve.js stand before this file.

// A door is knocked at again after so many milliseconds, twice: where the page began to run anew in
// that moment, the first knock may go unheard.
const KNOCK_AGAIN = 2500;
const LATER = 250; // milliseconds from an answer on the screen to telling the page
// The example whose answers stand there while nobody has drawn: a 7 as many write it, with a bar.
const GHOST = { drawn: "barred", label: "7" };
const DOORS = { train: "train", inside: "inside", smaller: "how_small" };
const instruments = new WeakMap(); // shadow root -> its instrument, through reruns

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let instrument = instruments.get(parentElement);
  if (!instrument) {
    instrument = makeInstrument(parentElement, data);
    instruments.set(parentElement, instrument);
  }
  instrument.report = (value) => setStateValue("state", value);
  instrument.openDoor = (value) => setTriggerValue("door", value);
  instrument.update(data);
  return () => {
    instrument.close();
    instruments.delete(parentElement);
  };
}

function makeInstrument(root, first) {
  const find = (name) => root.querySelector(`[data-part="${name}"]`);
  const phone = matchMedia("(max-width: 900px)");
  const controller = new AbortController();
  const listen = (target, kind, act) => target.addEventListener(kind, act, { signal: controller.signal });
  const instrument = { report: () => {}, openDoor: () => {} };
  const store = `cnnlab-${first.key}-size`;
  let data = first;
  let cells = [];
  let reportTimer = 0;
  let doorTimer = 0;
  let started = false;
  let waiting = null;
  let asking = false;
  // `probabilities` are the answers to the drawing `turn`; `given` the class the reader says it is, if any.
  const state = { probabilities: null, turn: null, ghost: false, given: null, ...recall(store) };
  const knock = (door, more) => {
    instrument.openDoor(door);
    if (more) doorTimer = setTimeout(() => knock(door, more - 1), KNOCK_AGAIN);
  };
  const params = () => data.rungs.map((rung) => rung.params);
  const chosen = () => {
    const place = data.rungs.findIndex((rung) => rung.run === (state.run ?? data.usual));
    return place < 0 ? data.rungs.length - 1 : place;
  };

  // What the drawing is: the reader's word, else the largest network's.
  const truth = () => {
    if (state.ghost) return data.labels.indexOf(GHOST.label);
    if (state.given !== null) return state.given;
    return bestOf(state.probabilities?.findLast(Boolean) ?? null);
  };
  const seen = () => {
    const is = truth();
    return data.rungs.map((_, i) => {
      const best = bestOf(state.probabilities?.[i] ?? null);
      return best === null || is === null ? null : best === is;
    });
  };

  // -- asking

  const post = async (raster) => {
    const headers = { "X-CNNLab-Ticket": data.ticket, Accept: "application/json" };
    const reply = await fetch(data.address, { method: "POST", headers, body: raster });
    const answer = await reply.json();
    if (!reply.ok) throw new Error(answer.error);
    return answer.probabilities;
  };

  const ask = async (drawing) => {
    clearTimeout(reportTimer);
    if (!drawing.raster) {
      waiting = null;
      state.given = null;
      await showGhost();
      if (drawing.turn !== null) later(drawing, false);
      return;
    }
    // One request at a time: where strokes come faster than answers, only the newest is asked.
    waiting = drawing;
    if (asking) return;
    asking = true;
    while (waiting) {
      const next = waiting;
      waiting = null;
      await answer(next);
    }
    asking = false;
  };

  const answer = async (drawing) => {
    try {
      const probabilities = await post(drawing.raster);
      if (drawing.turn !== pad.turn) return;
      take(probabilities, drawing.turn);
      later(drawing, false);
    } catch {
      later(drawing, true); // whatever goes wrong on this way, the page still answers
    }
  };

  const showGhost = async () => {
    const turn = pad.turn;
    if (!state.ghost) take(null, turn);
    const probabilities = await post(exampleRaster(GHOST.drawn)).catch(() => null);
    if (pad.turn !== turn || !pad.blank || !probabilities) return;
    state.ghost = true;
    take(probabilities, turn);
  };

  const take = (probabilities, turn) => {
    state.ghost = state.ghost && pad.blank;
    state.probabilities = probabilities;
    state.turn = turn;
    show();
    find("message").textContent = `${find("title").textContent} ${find("edges").textContent}`;
  };

  // The page hears what was drawn and which size is looked at, once both rest.
  const later = (drawing, failed) => {
    clearTimeout(reportTimer);
    const report = () =>
      instrument.report({ ...drawing, failed, run: data.rungs[chosen()].run, truth: truth() });
    reportTimer = setTimeout(report, failed ? 0 : LATER);
  };

  // -- showing

  const show = () => {
    const place = chosen();
    const rung = data.rungs[place];
    const sees = seen();
    const is = truth();
    const shares = state.probabilities?.[place] ?? null;
    const best = bestOf(shares);
    strip(sees, place);
    put("word", best === null ? "" : data.labels[best]);
    find("word").classList.toggle("no", sees[place] === false);
    const title = state.ghost
      ? { long: `Here is what they say of this ${GHOST.label}.`, short: `What they say of this ${GHOST.label}` }
      : state.probabilities
        ? titleOf(shares, rung.params, is, data.labels)
        : { long: "Draw a digit, then slide the size.", short: "Draw a digit" };
    both("title", title);
    both("edges", state.probabilities ? edgesOf(sees, params(), data.labels[is], state.ghost ? null : data.hard) : { long: "", short: "" });
    put("why", (state.probabilities && !state.ghost && is !== null && rung.lost_of[is]) || rung.lost);
    find("truth").value = String(is ?? "");
    find("truth").disabled = state.ghost || !state.probabilities;
    slider(sees, place, shares);
    doors(rung, state.ghost || is === null ? "" : data.labels[is]);
    curve(sees, place, is);
  };

  const curve = (sees, place, is) => {
    const strip = find("strip").getBoundingClientRect();
    const middle = strip.width / data.rungs.length;
    drawCurve(find("curve"), {
      rungs: data.rungs,
      chosen: place,
      seen: sees,
      cells: data.rungs.map((_, i) => (i + 0.5) * middle),
      word: is === null ? "" : data.labels[is],
      own: !state.ghost,
      phone: phone.matches,
      chance: 1 / data.labels.length,
    });
  };

  const strip = (sees, place) => {
    find("strip").classList.toggle("ghost", state.ghost);
    cells.forEach((cell, i) => {
      const shares = state.probabilities?.[i] ?? null;
      const best = bestOf(shares);
      cell.root.classList.toggle("no", sees[i] === false);
      cell.root.setAttribute("aria-checked", String(i === place));
      cell.root.tabIndex = i === place ? 0 : -1;
      cell.word.textContent = best === null ? "\u2013" : data.labels[best];
      cell.mark.setAttribute("d", MARKS[String(sees[i])]);
      cell.bars.forEach((bar, label) => {
        const tall = Math.max(1.5, 32 * (shares?.[label] ?? 0));
        bar.setAttribute("y", 32 - tall);
        bar.setAttribute("height", tall);
        bar.classList.toggle("top", label === best && shares !== null);
      });
      const words = best === null ? "no answer" : `says ${data.labels[best]}, ${Math.round(shares[best] * 100)} % sure`;
      const right = { true: ", right", false: ", wrong", null: "" }[sees[i]];
      cell.root.setAttribute("aria-label", `${data.rungs[i].params.toLocaleString("en")} parameters ${words}${right}`);
      cell.root.title = `${data.rungs[i].params.toLocaleString("en")} parameters`;
      cell.size.textContent = shortCount(data.rungs[i].params, phone.matches);
    });
  };

  const slider = (sees, place, shares) => {
    const input = find("slider");
    input.value = String(place);
    const best = bestOf(shares);
    const words = best === null ? "" : `, says ${data.labels[best]}${sees[place] === false ? ", wrong" : ""}`;
    input.setAttribute("aria-valuetext", `${data.rungs[place].params.toLocaleString("en")} parameters${words}`);
    const track = find("track");
    track.classList.toggle("none", !state.probabilities);
    [...track.children].forEach((part, i) => part.classList.toggle("no", sees[i] === false));
  };

  const doors = (rung, word) => {
    put("inside-words", word ? `what its kernels pass on of your ${word}` : "what its kernels look for");
    put("kernels-link", rung.kernel_count === 1 ? "See its kernel \u2192" : `See its ${rung.kernel_count} kernels \u2192`);
    find("kernels").replaceChildren(...kernelPicture(rung.kernels));
    for (const link of root.querySelectorAll("[data-door]")) {
      link.href = address(link.dataset.door, rung.run);
    }
  };

  const put = (name, words) => {
    if (find(name).textContent !== words) find(name).textContent = words;
  };
  const both = (name, { long, short }) => {
    const part = find(name);
    if (part.dataset.words === long) return;
    part.dataset.words = long;
    part.replaceChildren(made("span", "long", long), made("span", "short", short));
  };

  // -- choosing a size: slider and cells move each other

  const choose = (place) => {
    state.run = data.rungs[Math.min(data.rungs.length - 1, Math.max(0, place))].run;
    keep(store, state);
    show();
    later(pad.drawing(), false);
  };
  const build = () => {
    const count = data.rungs.length;
    root.querySelector(".instrument").style.setProperty("--half", `${50 / count}%`);
    cells = data.rungs.map((_, i) => makeCell(data.labels.length, () => choose(i)));
    find("strip").replaceChildren(...cells.map((cell) => cell.root));
    find("track").replaceChildren(...data.rungs.map(() => made("i", "", "")));
    find("slider").max = String(count - 1);
    const empty = made("option", "", "");
    empty.value = "";
    empty.hidden = true;
    find("truth").replaceChildren(
      empty,
      ...data.labels.map((label, i) => {
        const option = made("option", "", article(label));
        option.value = String(i);
        return option;
      }),
    );
    put("train-words", data.words.train);
    put("smaller-words", data.words.smaller);
  };
  listen(find("slider"), "input", (event) => choose(Number(event.target.value)));
  listen(find("strip"), "keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    choose(chosen() + steps[event.key]);
    cells[chosen()].root.focus();
  });
  listen(find("truth"), "change", (event) => {
    state.given = Number(event.target.value);
    keep(store, state);
    show();
    later(pad.drawing(), false);
  });
  listen(root, "click", (event) => {
    const link = event.target.closest?.("[data-door]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    clearTimeout(doorTimer);
    knock({ page: link.dataset.door, run: data.rungs[chosen()].run }, 2);
  });

  // -- life

  drawExamples(root, data.examples, GHOST.drawn);
  const pad = makePad(root, first.key, (drawing) => ask(drawing));
  // An example is what it is called: nobody needs to ask.
  for (const button of root.querySelectorAll("[data-digit]")) {
    listen(button, "click", () => {
      state.given = Number(button.dataset.digit);
      keep(store, state);
    });
  }
  const watcher = new ResizeObserver(() => show());

  instrument.update = (latest) => {
    const other = !cells.length || latest.stamp !== data.stamp;
    data = latest;
    if (other) build();
    if (latest.probabilities && latest.turn === pad.turn) take(latest.probabilities, latest.turn);
    else if (other) show();
    if (!started) ask(pad.drawing());
    started = true;
  };
  instrument.close = () => {
    clearTimeout(reportTimer);
    clearTimeout(doorTimer);
    controller.abort();
    watcher.disconnect();
    pad.close();
  };
  watcher.observe(root.querySelector(".instrument"));
  return instrument;
}

function address(door, run) {
  return door === "train" ? DOORS[door] : `${DOORS[door]}?run=${encodeURIComponent(run)}`;
}

function recall(store) {
  try {
    const { run, given } = JSON.parse(sessionStorage.getItem(store));
    return { run: run ?? null, given: given ?? null };
  } catch {
    return { run: null, given: null }; // storage is off or holds something else
  }
}

function keep(store, { run, given }) {
  try {
    sessionStorage.setItem(store, JSON.stringify({ run, given }));
  } catch {
    // Storage is off or full: the choice lives as long as the page, which is what we lose.
  }
}
