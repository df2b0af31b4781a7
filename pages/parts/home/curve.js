// Accuracy against parameters on a true log axis, and a thread from every point to its cell below.

const EDGE = { left: 36, right: 14, top: 14 };
const THREADS = 26; // pixels between the axis's words and the cells
const WORDS = 24; // pixels for the words under the axis

// Draw it all anew: a hundred elements, a millisecond.
// `cells` are the cells' middles in pixels; `seen` says true, false or null for every rung.
export function drawCurve(svg, { rungs, chosen, seen, cells, word, own, phone, chance }) {
  const width = svg.clientWidth;
  const height = svg.clientHeight;
  if (!width || !height) return;
  const bottom = height - THREADS - WORDS;
  const logs = rungs.map((rung) => Math.log10(rung.params));
  const [low, high] = [Math.min(...logs) - 0.1, Math.max(...logs) + 0.1];
  const across = (log) => EDGE.left + ((log - low) / (high - low)) * (width - EDGE.left - EDGE.right);
  const up = (share) => bottom - share * (bottom - EDGE.top);
  const x = logs.map(across);
  const y = rungs.map((rung) => up(rung.accuracy));
  const parts = [
    ...bands(x, seen, bottom, width, word, own && !phone),
    ...axes(low, high, across, up, width, bottom, chance, phone),
    ...x.map((at, i) => (i === chosen ? "" : thread(at, bottom + WORDS, cells[i], height, ""))),
    ...rungs.map((rung, i) => spread(rung, x[i], up)),
    `<path class="line" d="M${x.map((at, i) => `${fix(at)} ${fix(y[i])}`).join("L")}"/>`,
    `<path class="thread on" d="M${fix(x[chosen])} ${fix(y[chosen])}V${bottom}"/>`,
    thread(x[chosen], bottom, cells[chosen], height, "on"),
    ...rungs.map((rung, i) => dot(rung, x[i], y[i], seen[i], i === chosen)),
    figures(rungs, x, y, chosen, width, phone),
  ];
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.innerHTML = parts.join("");
}

const fix = (value) => value.toFixed(1);
const percent = (share) => (share * 100).toFixed(1);

// The ground behind every stretch of sizes that do not see the digit.
function bands(x, seen, bottom, width, word, your) {
  const border = (i, j) => {
    if (x[j] !== undefined) return (x[i] + x[j]) / 2;
    return j < 0 ? EDGE.left : width - EDGE.right;
  };
  const found = [];
  for (let i = 0; i < x.length; i++) {
    if (seen[i] !== false) continue;
    const start = i;
    while (seen[i + 1] === false) i++;
    found.push([border(start, start - 1), border(i, i + 1)]);
  }
  const widest = found.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))[0];
  const room = widest && word && widest[1] - widest[0] > (your ? 84 : 60);
  const words = room
    ? `<text class="lost-words" x="${fix(widest[0] + 6)}" y="${EDGE.top + 14}">${your ? "your " : ""}${word} is lost</text>`
    : "";
  return [
    ...found.map(
      ([from, to]) =>
        `<rect class="lost" x="${fix(from)}" y="${EDGE.top}" width="${fix(to - from)}" height="${bottom - EDGE.top}"/>`,
    ),
    words,
  ];
}

function axes(low, high, across, up, width, bottom, chance, phone) {
  const parts = [0, 0.5, 1].map(
    (share) =>
      `<line class="axis" x1="${EDGE.left}" x2="${width - EDGE.right}" y1="${fix(up(share))}" y2="${fix(up(share))}"/>` +
      `<text x="${EDGE.left - 6}" y="${fix(up(share) + 4)}" text-anchor="end">${share * 100}${share === 1 && !phone ? " %" : ""}</text>`,
  );
  parts.push(
    `<line class="chance" x1="${EDGE.left}" x2="${width - EDGE.right}" y1="${fix(up(chance))}" y2="${fix(up(chance))}"/>`,
    `<text x="${width - EDGE.right}" y="${fix(up(chance) - 5)}" text-anchor="end">guessing</text>`,
  );
  for (let power = Math.ceil(low); power <= high; power++) {
    const at = fix(across(power));
    parts.push(
      `<line class="tick" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"/>`,
      `<text x="${at}" y="${bottom + 17}" text-anchor="middle">${(10 ** power).toLocaleString("en")}</text>`,
    );
  }
  if (!phone) {
    parts.push(`<text x="${width - EDGE.right}" y="${bottom - 4}" text-anchor="end">parameters, log scale</text>`);
  }
  return parts;
}

function thread(from, start, to, end, kind) {
  const middle = (end - start) / 2;
  return `<path class="thread ${kind}" d="M${fix(from)} ${start}C${fix(from)} ${fix(start + middle)} ${fix(to)} ${fix(end - middle)} ${fix(to)} ${end}"/>`;
}

// From the worst seed to the best.
function spread({ low, high }, x, up) {
  if (high - low < 0.01) return "";
  return `<line class="spread" x1="${fix(x)}" x2="${fix(x)}" y1="${fix(up(low))}" y2="${fix(up(high))}"/>`;
}

function dot(rung, x, y, seen, chosen) {
  const seeds = rung.seeds > 1 ? `mean of ${rung.seeds} trainings` : "one training";
  const name = `${rung.run}: ${rung.params.toLocaleString("en")} parameters, ${percent(rung.accuracy)} %, ${seeds}`;
  const circles = chosen
    ? `<circle class="ring" cx="${fix(x)}" cy="${fix(y)}" r="7.5"/><circle class="core" cx="${fix(x)}" cy="${fix(y)}" r="3.2"/>`
    : `<circle class="dot ${seen === false ? "no" : ""}" cx="${fix(x)}" cy="${fix(y)}" r="4"/>`;
  return `<g><title>${name}</title>${circles}</g>`;
}

// Figures beside the points, wherever one fits; those of the chosen point come first.
function figures(rungs, x, y, chosen, width, phone) {
  const { html, boxes } = chosenWords(rungs[chosen], x[chosen], y[chosen], width, phone);
  if (phone) return html;
  const others = rungs.map((rung, i) => {
    const steep = rung.accuracy < 0.9;
    const [left, base] = steep ? [x[i] + 9, y[i] + 5] : [x[i] - 13, y[i] + 20];
    const box = [left - 2, base - 12, left + 28, base + 3];
    if (i === chosen || boxes.some((other) => meet(box, other))) return "";
    boxes.push(box);
    return `<text class="beneath" x="${fix(left)}" y="${fix(base)}">${percent(rung.accuracy)}</text>`;
  });
  return html + others.join("");
}

// Boxes are left, top, right, bottom.
const meet = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function chosenWords(rung, x, y, width, phone) {
  const seeds = rung.seeds > 1 ? `, mean of ${rung.seeds} trainings` : "";
  const more = phone ? "" : `of ${rung.tested.toLocaleString("en")} test digits${seeds}`;
  const long = Math.max(52, more.length * 5.8);
  const end = x + 14 + long > width;
  const at = `x="${fix(end ? x - 12 : x + 14)}" text-anchor="${end ? "end" : "start"}"`;
  const base = y + (rung.accuracy < 0.3 ? -24 : 22);
  const left = end ? x - 12 - long : x + 14;
  return {
    html:
      `<text class="chosen beneath" ${at} y="${fix(base)}">${percent(rung.accuracy)} %</text>` +
      (more ? `<text class="beneath" ${at} y="${fix(base + 16)}">${more}</text>` : ""),
    boxes: [[left, base - 14, left + long, base + 20], [x - 9, y - 9, x + 9, y + 9]],
  };
}
