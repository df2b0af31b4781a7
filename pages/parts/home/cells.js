// What the instrument is made of: cells of the strip, example digits, small pictures of kernels.
// pad.js stands before this file.

const SHAPE = "http://www.w3.org/2000/svg";
export const MARKS = { true: "M2 5.5l2.5 2.5L9 3", false: "M3 3l5 5M8 3l-5 5", null: "" };

export function makeCell(classes, press) {
  const cell = made("button", "cell", "");
  cell.type = "button";
  cell.setAttribute("role", "radio");
  const word = made("b", "", "");
  const sign = shape("svg", { class: "mark", width: 11, height: 11, viewBox: "0 0 11 11" });
  const mark = shape("path", {});
  sign.append(mark);
  const chart = shape("svg", { class: "bars", viewBox: `0 0 ${4 * classes - 1} 32`, preserveAspectRatio: "none" });
  const bars = Array.from({ length: classes }, (_, i) => shape("rect", { x: 4 * i, width: 3 }));
  chart.append(...bars);
  const size = made("span", "size", "");
  cell.append(sign, word, chart, size);
  cell.addEventListener("click", press);
  return { root: cell, word, mark, bars, size };
}

export function drawExamples(root, digits, ghost) {
  const buttons = digits.map((digit) => {
    const button = made("button", "", "");
    button.type = "button";
    button.dataset.digit = digit;
    button.setAttribute("aria-label", `Draw an example ${digit}`);
    const picture = made("canvas", "", "");
    picture.width = picture.height = 72;
    paintExample(picture.getContext("2d"), 72, digit);
    button.append(picture);
    return button;
  });
  root.querySelector('[data-part="digits"]').replaceChildren(...buttons);
  const faint = root.querySelector('[data-part="ghost"]');
  faint.width = faint.height = 280;
  paintExample(faint.getContext("2d"), 280, ghost);
}

// The first kernels, side by side: blue adds, orange takes away.
export function kernelPicture(kernels) {
  const across = kernels.length > 4 ? Math.ceil(kernels.length / 2) : kernels.length;
  const side = Math.min(kernels.length > 4 ? 16 : 32, (64 - 2 * (across - 1)) / across);
  return kernels.flatMap((rows, number) =>
    rows.flatMap((row, y) =>
      row.map((weight, x) =>
        shape("rect", {
          class: weight < 0 ? "minus" : "plus",
          x: (side + 2) * (number % across) + (side / row.length) * x,
          y: (side + 2) * Math.floor(number / across) + (side / rows.length) * y,
          width: side / row.length,
          height: side / rows.length,
          opacity: Math.abs(weight),
        }),
      ),
    ),
  );
}

export function made(kind, name, words) {
  const part = document.createElement(kind);
  if (name) part.className = name;
  part.textContent = words;
  return part;
}

export function shape(kind, attributes) {
  const part = document.createElementNS(SHAPE, kind);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  return part;
}
