// A convolution in slow motion. The browser slides by itself: no step asks the server.

const SIDE = 168;
const PAUSE_MS = 250;

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('[data-part="slow"]');
  const rows = data.made.length;
  const columns = data.made[0].length;
  let at = data.start[0] * columns + data.start[1];
  let clock = 0;

  const read = canvasOf(`Reads ${data.reads}`, data.given);
  const made = canvasOf(`Makes ${data.makes}`, data.made);
  const table = document.createElement("table");
  const sums = part("figure", "");
  sums.append(part("figcaption", "Value times weight, under the window"), table);
  const words = part("p", "");
  const play = part("button", "Play");
  const back = part("button", "Step back");
  const next = part("button", "Step on");
  const place = document.createElement("input");
  place.type = "range";
  place.max = rows * columns - 1;
  place.setAttribute("aria-label", "Place of the window");
  const tools = part("div", "");
  tools.className = "tools";
  tools.append(play, back, next, place);
  const row = part("div", "");
  row.className = "row";
  row.append(read.figure, sums, made.figure);
  root.replaceChildren(tools, row, words);

  const show = () => {
    const [y, x] = [Math.floor(at / columns), at % columns];
    const [top, left] = [y * data.stride[0] - data.before[0], x * data.stride[1] - data.before[1]];
    const [down, across] = data.dilation.map((step) => Math.max(1, step));
    let sum = 0;
    const lines = data.kernel.map((weights, i) => {
      const line = document.createElement("tr");
      weights.forEach((weight, j) => {
        const value = data.given[top + i * down]?.[left + j * across] ?? 0;
        sum += value * weight;
        line.append(part("td", `${value.toFixed(2)} × ${weight.toFixed(2)}`));
      });
      return line;
    });
    table.replaceChildren(...lines);
    const height = (data.kernel.length - 1) * down + 1;
    const width = (data.kernel[0].length - 1) * across + 1;
    read.draw(top, left, height, width, rows * columns);
    made.draw(y, x, 1, 1, at);
    place.value = at;
    const rest = data.others ? `the ${data.others} other maps, ` : "";
    words.textContent =
      `Row ${y}, column ${x}: the products add up to ${sum.toFixed(4)}; with ${rest}` +
      `the bias and what follows it becomes ${data.made[y][x].toFixed(4)}.`;
  };
  const go = (to) => {
    at = (to + rows * columns) % (rows * columns);
    show();
  };
  const stop = () => {
    clearInterval(clock);
    clock = 0;
    play.textContent = "Play";
  };
  play.onclick = () => {
    if (clock) return stop();
    play.textContent = "Pause";
    clock = setInterval(() => go(at + 1), PAUSE_MS);
  };
  back.onclick = () => (stop(), go(at - 1));
  next.onclick = () => (stop(), go(at + 1));
  place.oninput = () => (stop(), go(Number(place.value)));
  show();
  return stop;
}

// A map as a picture; `draw` frames a window and veils what comes after `until`.
function canvasOf(title, values) {
  const [rows, columns] = [values.length, values[0].length];
  const scale = Math.max(1, Math.floor(SIDE / Math.max(rows, columns)));
  const canvas = document.createElement("canvas");
  canvas.width = columns * scale;
  canvas.height = rows * scale;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", title);
  const flat = values.flat();
  const reach = Math.max(...flat.map(Math.abs)) || 1;
  const pen = canvas.getContext("2d");
  const draw = (top, left, height, width, until) => {
    flat.forEach((value, i) => {
      const light = Math.round((255 * Math.abs(value)) / reach);
      pen.fillStyle = value < 0 ? `rgb(${light},${Math.round(light / 3)},0)` : `rgb(${light},${light},${light})`;
      if (i > until) pen.fillStyle = "#345";
      pen.fillRect((i % columns) * scale, Math.floor(i / columns) * scale, scale, scale);
    });
    pen.strokeStyle = "#e69f00";
    pen.lineWidth = 2;
    pen.strokeRect(left * scale + 1, top * scale + 1, width * scale - 2, height * scale - 2);
  };
  const figure = part("figure", "");
  figure.append(canvas, part("figcaption", title));
  return { figure, draw };
}

function part(kind, words) {
  const made = document.createElement(kind);
  made.textContent = words;
  if (kind === "button") made.type = "button";
  return made;
}
