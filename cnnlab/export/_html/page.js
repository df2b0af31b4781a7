// Draw or photograph, see the bars and what each convolution makes of it.

const about = JSON.parse(document.getElementById("about").textContent);
const network = JSON.parse(document.getElementById("network").textContent);
const constants = unpack(network);
const $ = (id) => document.getElementById(id);
const pad = $("pad");
const pen = pad.getContext("2d", { willReadFrequently: true });

// Probabilities of the classes for floats in 0..1, and every value on the way.
function answer(picture) {
  const values = forward(network, constants, picture);
  return { shares: Array.from(values.get(network.end).data), values };
}

function clear() {
  pen.fillStyle = about.preparation === "digit" ? "#000" : "#fff";
  pen.fillRect(0, 0, pad.width, pad.height);
  show(null);
}

function look(image, drawn) {
  const planes = prepared(image, about, drawn);
  show(planes);
}

function show(planes) {
  $("seen").hidden = $("inside").hidden = !planes;
  const { shares, values } = planes ? answer(asInput(planes)) : { shares: null };
  bars(shares);
  if (!planes) return;
  const [height, width] = about.shape;
  paint($("seen-picture"), width, height, (n) => planes.map(({ data }) => data[n]));
  maps(values);
}

function bars(shares) {
  const order = about.labels.map((label, n) => ({ label, n, share: shares ? shares[n] : 0 }));
  if (shares) order.sort((a, b) => b.share - a.share);
  $("answer").textContent = shares ? `${order[0].label}: ${percent(order[0].share)}` : "Draw first.";
  $("bars").replaceChildren(
    ...order.slice(0, 10).map(({ label, share }) => {
      const row = document.createElement("li");
      const name = document.createElement("span");
      const bar = document.createElement("meter");
      const figure = document.createElement("span");
      name.textContent = label;
      bar.value = share;
      bar.setAttribute("aria-label", label);
      figure.textContent = shares ? percent(share) : "";
      row.append(name, bar, figure);
      return row;
    }),
  );
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;

function paint(canvas, width, height, colors) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let n = 0; n < width * height; n++) {
    const color = colors(n);
    for (let c = 0; c < 3; c++) image.data[4 * n + c] = color[Math.min(c, color.length - 1)];
    image.data[4 * n + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

function maps(values) {
  const { value, words } = network.maps[$("layer").value] ?? {};
  if (!words) return;
  const { data, shape } = values.get(value);
  const [, height, width, channels] = shape;
  const most = data.reduce((a, b) => Math.max(a, b), -Infinity);
  const least = data.reduce((a, b) => Math.min(a, b), Infinity);
  const level = (v) => (255 * (v - least)) / Math.max(most - least, 1e-9);
  $("maps").replaceChildren(
    ...Array.from({ length: Math.min(channels, 64) }, (_, c) => {
      const canvas = document.createElement("canvas");
      paint(canvas, width, height, (n) => [level(data[n * channels + c])]);
      return canvas;
    }),
  );
}

const whole = () => pen.getImageData(0, 0, pad.width, pad.height);

let last = null;
const at = (event) => {
  const box = pad.getBoundingClientRect();
  const scale = pad.width / box.width;
  return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
};
pad.addEventListener("pointerdown", (event) => {
  pad.setPointerCapture(event.pointerId);
  last = at(event);
  line(last, last);
});
pad.addEventListener("pointermove", (event) => {
  if (!last) return;
  const next = at(event);
  line(last, next);
  last = next;
});
const done = () => {
  if (last) look(whole(), true);
  last = null;
};
pad.addEventListener("pointerup", done);
pad.addEventListener("pointercancel", done);

function line(from, to) {
  pen.strokeStyle = about.preparation === "digit" ? "#fff" : "#222";
  pen.lineWidth = pad.width / 12;
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}

// A photo as it is, larger than any network wants; the pad shows it whole.
async function photo(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    $("answer").textContent = "This file is no picture that the browser can open: choose another.";
    return;
  }
  const scale = Math.min(1, 1000 / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  clear();
  const fit = Math.min(pad.width / canvas.width, pad.height / canvas.height);
  const size = [canvas.width * fit, canvas.height * fit];
  pen.drawImage(canvas, (pad.width - size[0]) / 2, (pad.height - size[1]) / 2, ...size);
  look(context.getImageData(0, 0, canvas.width, canvas.height), false);
}

$("clear").addEventListener("click", clear);
$("photo").addEventListener("change", (event) => {
  if (event.target.files.length) photo(event.target.files[0]);
  event.target.value = "";
});
network.maps.forEach(({ words }, n) => $("layer").add(new Option(`${n + 1}: ${words}`, n)));
$("layer").addEventListener("change", () => look(whole(), true));
$("layer").hidden = !network.maps.length;
clear();
