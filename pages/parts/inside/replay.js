// A training once more. All frames are here: the browser moves them, no step asks the server.

const WHOLE_MS = 7000; // one way through, if that leaves each frame the time below
const LEAST_MS = 140;
const MOST_MS = 700;
const WIDTH = 640;
const HEIGHT = 108;
const EDGE = { left: 40, right: 8, top: 8, bottom: 22 };

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('[data-part="replay"]');
  const films = data.films;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const last = films.map((film) => Math.max(1, film.curve.length, ...film.epochs));
  const play = make("button", "play", "Play");
  play.type = "button";
  const place = make("input", "place");
  place.type = "range";
  place.setAttribute("aria-label", "Moment of the training");
  const moment = make("output", "moment");
  const pace = films.length > 1 ? choice(root.byShare) : null;
  const tools = make("div", "tools");
  tools.append(play, place, moment, ...(pace ? [pace.label] : []));
  const rows = films.map((film, which) => drawFilm(film, which, data));
  const curve = make("div", "curve");
  root.replaceChildren(tools, ...rows.map((row) => row.whole), curve);
  root.classList.toggle("two", films.length > 1);
  root.classList.toggle("dark", isDark(getComputedStyle(root).getPropertyValue("--st-background-color")));

  let clock = 0;
  let steps = [];
  const byShare = () => Boolean(pace?.box.checked);
  // Where one begins: the last moment of which everything is known.
  const known = Math.max(...films.map((film) => film.epochs[film.known.lastIndexOf(true)] ?? 0));
  const lay = (share) => {
    root.byShare = byShare();
    const all = films.flatMap((film, i) => film.epochs.map((e) => (root.byShare ? e / last[i] : e)));
    steps = [...new Set(all)].toSorted((a, b) => a - b);
    place.max = steps.length - 1;
    place.value = share === undefined ? steps.indexOf(known) : Math.round(share * (steps.length - 1));
    curve.innerHTML = drawCurve(films, last, root.byShare);
    show();
  };
  const show = () => {
    const now = steps[place.value] ?? 0;
    root.share = steps.length > 1 ? place.value / (steps.length - 1) : 1;
    const words = films.map((film, i) => {
      const at = root.byShare ? now * last[i] : now;
      const frame = Math.max(0, film.epochs.findLastIndex((epoch) => epoch <= at + 1e-6));
      rows[i].move(frame);
      mark(curve, films[i], i, frame, last, root.byShare);
      return film.epochs[frame] ? `epoch ${film.epochs[frame]} of ${last[i]}` : "before training";
    });
    const whole = words.every((word) => word === words[0]) ? words[0] : words.join(" | ");
    moment.textContent = whole[0].toUpperCase() + whole.slice(1);
    place.setAttribute("aria-valuetext", `${whole}: ${rows.map((row) => row.words()).join("; ")}`);
  };
  const stop = () => {
    clearInterval(clock);
    clock = 0;
    play.textContent = "Play";
  };
  play.onclick = () => {
    if (clock) return stop();
    if (Number(place.value) >= steps.length - 1) place.value = 0;
    show();
    play.textContent = "Pause";
    const each = still ? 1000 : Math.min(MOST_MS, Math.max(LEAST_MS, WHOLE_MS / steps.length));
    clock = setInterval(() => {
      place.value = Number(place.value) + 1;
      show();
      if (Number(place.value) >= steps.length - 1) stop();
    }, each);
  };
  place.oninput = () => (stop(), show());
  if (pace) pace.box.onchange = () => lay(root.share);
  lay(root.share);
  return stop;
}

function choice(checked) {
  const label = make("label", "pace");
  const box = make("input", "");
  box.type = "checkbox";
  box.checked = Boolean(checked);
  label.append(box, " by share of each training");
  return { label, box };
}

// One run: kernels, maps and bars, and how to move them to a frame.
function drawFilm(film, which, data) {
  const whole = make("section", "film");
  whole.setAttribute("aria-label", film.title);
  const head = make("p", "head");
  const said = make("span", "said");
  head.append(make("i", `dot of${which}`), make("b", "", film.title), said);
  const row = make("div", "row");
  const kernels = film.kernels && drawTiles(film.kernels, film.filters, `Kernels of ${film.layer}`);
  const maps = film.maps && drawTiles(film.maps, film.filters, "Maps of your picture");
  const bars = drawBars(film);
  const seen = make("figure", "seen");
  const picture = make("img", "");
  picture.src = data.picture;
  picture.alt = data.words;
  seen.append(make("figcaption", "", "It sees"), picture);
  row.append(seen, ...[kernels, maps].filter(Boolean).map((one) => one.figure), bars.figure);
  whole.append(head, row);
  let words = "";
  const move = (frame) => {
    kernels?.move(frame);
    maps?.move(frame);
    maps?.figure.classList.toggle("blank", !film.known[frame]);
    bars.move(frame);
    const right = film.truth === null ? "" : film.says[frame] === film.classes[film.truth] ? " ✓" : " ✗";
    const measured = film.curve.find(([epoch]) => epoch === film.epochs[frame]);
    const accuracy = measured ? `; validation ${(100 * measured[2]).toFixed(1)} %` : "";
    words = film.known[frame]
      ? `says ${film.says[frame]}, ${Math.round(100 * film.sure[frame])} %${right}${accuracy}`
      : `answer not kept${accuracy}`;
    said.textContent = words;
  };
  return { whole, move, words: () => words };
}

function drawTiles(sheet, filters, title) {
  const figure = make("figure", "tiles");
  const grid = make("div", "grid");
  const cells = filters.map((number) => {
    const cell = make("i", "");
    cell.title = `filter ${number}`;
    cell.style.aspectRatio = `${sheet.width} / ${sheet.height}`;
    cell.style.backgroundImage = `url(${sheet.source})`;
    cell.style.backgroundSize = `${100 * sheet.across}% ${100 * sheet.down}%`;
    return cell;
  });
  cells.length = Math.min(cells.length, sheet.count);
  grid.append(...cells);
  grid.setAttribute("role", "img");
  grid.setAttribute("aria-label", title);
  figure.append(make("figcaption", "", title), grid);
  const share = (at, of) => (of > 1 ? (100 * at) / (of - 1) : 0);
  const move = (frame) =>
    cells.forEach((cell, i) => {
      const at = frame * sheet.count + i;
      cell.style.backgroundPosition =
        `${share(at % sheet.across, sheet.across)}% ${share(Math.floor(at / sheet.across), sheet.down)}%`;
    });
  return { figure, move };
}

function drawBars(film) {
  const figure = make("figure", "bars");
  figure.append(make("figcaption", "", "It says"));
  const bars = film.classes.map((word, i) => {
    const line = make("div", film.truth === i ? "bar true" : "bar");
    const fill = make("i", "");
    const number = make("s", "");
    const track = make("u", "");
    track.append(fill);
    line.append(make("b", "", word), track, number);
    figure.append(line);
    return { fill, number };
  });
  const move = (frame) =>
    bars.forEach(({ fill, number }, i) => {
      const share = film.known[frame] ? film.shares[frame][i] : 0;
      fill.style.width = `${100 * share}%`;
      number.textContent = film.known[frame] ? `${Math.round(100 * share)} %` : "";
    });
  return { figure, move };
}

const across = (epoch, which, last, byShare) => {
  const whole = byShare ? last[which] : Math.max(...last);
  return EDGE.left + (epoch / whole) * (WIDTH - EDGE.left - EDGE.right);
};

function drawCurve(films, last, byShare) {
  const values = films.flatMap((film) => film.curve.flatMap(([, one, two]) => [one, two]));
  if (!values.length) return "";
  const low = Math.min(...values);
  const high = Math.max(...values, low + 0.01);
  const up = (share) => HEIGHT - EDGE.bottom - ((share - low) / (high - low)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const lines = films.map((film, i) => {
    const path = (column) =>
      film.curve.map((row, at) => `${at ? "L" : "M"}${across(row[0], i, last, byShare).toFixed(1)} ${up(row[column]).toFixed(1)}`).join("");
    return `<path class="dashed of${i}" d="${path(1)}"/><path class="of${i}" d="${path(2)}"/>` +
      `<path class="now of${i}" data-now="${i}" d=""/>`;
  });
  const end = byShare ? "end of training" : `epoch ${Math.max(...last)}`;
  const percent = (share) => `${Math.round(100 * share)} %`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Accuracy by epoch">
    <text x="0" y="${EDGE.top + 8}">${percent(high)}</text>
    <text x="0" y="${HEIGHT - EDGE.bottom}">${percent(low)}</text>
    <text x="${EDGE.left}" y="${HEIGHT - 6}">solid: validation, dashed: training</text>
    <text x="${WIDTH - EDGE.right}" y="${HEIGHT - 6}" text-anchor="end">${end}</text>
    ${lines.join("")}</svg>`;
}

// The marker of one run on its curve.
function mark(curve, film, which, frame, last, byShare) {
  const line = curve.querySelector(`[data-now="${which}"]`);
  const x = across(film.epochs[frame], which, last, byShare).toFixed(1);
  line?.setAttribute("d", `M${x} ${EDGE.top}V${HEIGHT - EDGE.bottom}`);
}
