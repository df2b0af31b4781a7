// Pictures as the lab prepares them: planes {width, height, data} of bytes, one for each channel.

// Pillow's resampling by cubics, to the bit: whole numbers of 22 bits, across first, then down.
const BITS = 22;

function cubic(x) {
  x = Math.abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

function weightsFor(size, from, to, made) {
  const scale = (to - from) / made;
  const wide = Math.max(scale, 1);
  const reach = 2 * wide;
  return Array.from({ length: made }, (_, n) => {
    const middle = from + (n + 0.5) * scale;
    const first = Math.max(0, Math.trunc(middle - reach + 0.5));
    const last = Math.min(size, Math.trunc(middle + reach + 0.5));
    const all = [];
    for (let i = first; i < last; i++) all.push(cubic((i - middle + 0.5) / wide));
    const sum = all.reduce((a, b) => a + b, 0);
    const whole = all.map((w) => Math.trunc((w / sum) * (1 << BITS) + (w < 0 ? -0.5 : 0.5)));
    return { first, whole };
  });
}

const byte = (sum) => Math.min(255, Math.max(0, Math.floor(sum / (1 << BITS))));

function along(plane, made, box, across) {
  const { width, height, data } = plane;
  const all = weightsFor(across ? width : height, box[0], box[1], made);
  const out = across ? { width: made, height } : { width, height: made };
  out.data = new Uint8ClampedArray(out.width * out.height);
  const step = across ? 1 : width;
  for (let y = 0; y < out.height; y++)
    for (let x = 0; x < out.width; x++) {
      const { first, whole } = all[across ? x : y];
      let at = across ? y * width + first : first * width + x;
      let sum = 1 << (BITS - 1);
      for (const weight of whole) {
        sum += data[at] * weight;
        at += step;
      }
      out.data[y * out.width + x] = byte(sum);
    }
  return out;
}

function resized(plane, width, height, box = [0, 0, plane.width, plane.height]) {
  const same = box[0] === 0 && box[2] === plane.width && width === plane.width;
  const wide = same ? plane : along(plane, width, [box[0], box[2]], true);
  const still = box[1] === 0 && box[3] === plane.height && height === plane.height;
  return still ? wide : along(wide, height, [box[1], box[3]], false);
}

const even = (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

// Cut to the ink, the longer side 20 of 28, the middle of its mass in the middle: as MNIST.
function framed(plane, height, width) {
  const ink = cut(plane, boxOf(plane, (value) => value > 0));
  const scale = even((Math.min(height, width) * 20) / 28) / Math.max(ink.width, ink.height);
  const size = [ink.width, ink.height].map((side) => Math.max(1, even(side * scale)));
  const small = resized(ink, size[0], size[1]);
  let mass = 0;
  let down = 0;
  let across = 0;
  small.data.forEach((value, n) => {
    mass += value;
    down += value * Math.floor(n / small.width);
    across += value * (n % small.width);
  });
  const within = (at, most) => Math.min(Math.max(at, 0), most);
  const half = [height >> 1, width >> 1];
  const top = within(even(half[0] - down / Math.max(1, mass)), height - small.height);
  const left = within(even(half[1] - across / Math.max(1, mass)), width - small.width);
  const placed = { width, height, data: new Uint8ClampedArray(width * height) };
  small.data.forEach((value, n) => {
    placed.data[(top + Math.floor(n / small.width)) * width + left + (n % small.width)] = value;
  });
  return placed;
}

function boxOf(plane, isInk) {
  let [top, bottom, left, right] = [plane.height, -1, plane.width, -1];
  plane.data.forEach((value, n) => {
    if (!isInk(value, n)) return;
    const [y, x] = [Math.floor(n / plane.width), n % plane.width];
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    left = Math.min(left, x);
    right = Math.max(right, x);
  });
  return { top, bottom, left, right };
}

function cut(plane, { top, bottom, left, right }) {
  const out = { width: right - left + 1, height: bottom - top + 1 };
  out.data = new Uint8ClampedArray(out.width * out.height);
  for (let y = 0; y < out.height; y++) {
    const row = (top + y) * plane.width + left;
    out.data.set(plane.data.subarray(row, row + out.width), y * out.width);
  }
  return out;
}

// The middle of a picture in the network's proportions.
function cropped(planes, height, width) {
  const [whole] = planes;
  const scale = Math.min(whole.width / width, whole.height / height);
  const left = (whole.width - width * scale) / 2;
  const top = (whole.height - height * scale) / 2;
  const box = [left, top, left + width * scale, top + height * scale];
  return planes.map((plane) => resized(plane, width, height, box));
}

const grey = (r, g, b) => (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;

// The largest (or smallest) value within `reach` pixels in a square.
function spread(plane, reach, better) {
  const { width, height } = plane;
  const pass = (data, count, lines, step, jump) => {
    const out = new Float32Array(data.length);
    for (let line = 0; line < lines; line++)
      for (let n = 0; n < count; n++) {
        let best = data[line * jump + n * step];
        for (let k = Math.max(0, n - reach); k <= Math.min(count - 1, n + reach); k++)
          best = better(best, data[line * jump + k * step]);
        out[line * jump + n * step] = best;
      }
    return out;
  };
  const rows = pass(plane.data, width, height, 1, width);
  return { width, height, data: pass(rows, height, width, width, 1) };
}

// Each place the mean of what it covers, the longer side at most `side`.
function shrunk(plane, side) {
  const scale = Math.max(1, Math.max(plane.width, plane.height) / side);
  const out = { width: Math.round(plane.width / scale), height: Math.round(plane.height / scale) };
  out.width = Math.max(1, out.width);
  out.height = Math.max(1, out.height);
  const sums = new Float64Array(out.width * out.height);
  const counts = new Float64Array(sums.length);
  plane.data.forEach((value, n) => {
    const y = Math.floor((Math.floor(n / plane.width) * out.height) / plane.height);
    const at = y * out.width + Math.floor(((n % plane.width) * out.width) / plane.width);
    sums[at] += value;
    counts[at]++;
  });
  return { ...out, data: Uint8ClampedArray.from(sums, (sum, n) => sum / counts[n]) };
}

function medians(plane, reach) {
  const { width, height, data } = plane;
  const inside = (at, count) => Math.min(count - 1, Math.max(0, at));
  const middle = ((2 * reach + 1) ** 2 + 1) / 2;
  const out = new Float32Array(data.length);
  const counts = new Uint16Array(256);
  for (let n = 0; n < data.length; n++) {
    const [y, x] = [Math.floor(n / width), n % width];
    counts.fill(0);
    for (let r = y - reach; r <= y + reach; r++)
      for (let c = x - reach; c <= x + reach; c++)
        counts[data[inside(r, height) * width + inside(c, width)]]++;
    let seen = 0;
    let level = 0;
    while ((seen += counts[level]) < middle) level++;
    out[n] = level;
  }
  return { width, height, data: out };
}

// Strokes cover less than half of any large window: its median is the ground, and what stands out
// from it is ink, but for places where the ground itself changes.
function isDarkOnLight(plane) {
  const small = shrunk(plane, 128);
  const reach = Math.max(3, Math.floor(Math.min(small.width, small.height) / 4) | 1) >> 1;
  const ground = medians(small, reach);
  const highest = spread(ground, reach, Math.max).data;
  const lowest = spread(ground, reach, Math.min).data;
  const range = Math.max(...small.data) - Math.min(...small.data);
  const gaps = Array.from(small.data, (value, n) =>
    highest[n] - lowest[n] < 0.3 * range ? value - ground.data[n] : 0,
  );
  const least = Math.max(8, 0.35 * gaps.reduce((most, gap) => Math.max(most, Math.abs(gap)), 0));
  return gaps.reduce((sum, gap) => sum + (Math.abs(gap) > least ? gap : 0), 0) <= 0;
}

// Handwriting on a photo: how much darker than the paper around it, then the largest mark near the
// middle with what lies close to it. Printed lines stay, unlike in the lab.
function inkOf(photo) {
  const longer = Math.max(photo.width, photo.height);
  const side = (length) => Math.max(1, Math.round((length * 400) / longer));
  let picture = resized(photo, side(photo.width), side(photo.height));
  if (picture.data.filter((value) => value === 0).length > 0.4 * picture.data.length) return picture;
  if (!isDarkOnLight(picture)) picture = { ...picture, data: picture.data.map((v) => 255 - v) };
  const paper = spread(spread(picture, 44, Math.max), 44, Math.min);
  const level = picture.data.length / 1000;
  const dark = Float32Array.from(picture.data, (v, n) => Math.max(0, 1 - v / Math.max(8, paper.data[n])));
  const most = Float32Array.from(dark).sort()[dark.length - 1 - Math.floor(level)];
  if (most < 0.06) return { ...picture, data: new Uint8ClampedArray(dark.length) };
  return chosen({ ...picture, data: dark }, 0.4 * most);
}

function chosen(plane, least) {
  const { width, height, data } = plane;
  const labels = new Int32Array(data.length);
  const marks = [];
  for (let start = 0; start < data.length; start++) {
    if (data[start] <= least || labels[start]) continue;
    const mark = { label: marks.length + 1, area: 0, top: height, bottom: 0, left: width, right: 0 };
    const waiting = [start];
    labels[start] = mark.label;
    while (waiting.length) {
      const n = waiting.pop();
      const [y, x] = [Math.floor(n / width), n % width];
      mark.area++;
      mark.top = Math.min(mark.top, y);
      mark.bottom = Math.max(mark.bottom, y);
      mark.left = Math.min(mark.left, x);
      mark.right = Math.max(mark.right, x);
      for (let yy = Math.max(0, y - 1); yy <= Math.min(height - 1, y + 1); yy++)
        for (let xx = Math.max(0, x - 1); xx <= Math.min(width - 1, x + 1); xx++) {
          const m = yy * width + xx;
          if (data[m] > least && !labels[m]) {
            labels[m] = mark.label;
            waiting.push(m);
          }
        }
    }
    if (mark.area >= 6) marks.push(mark);
    else marks.push(null);
  }
  const alike = (mark) => {
    const size = Math.max(mark.bottom - mark.top, mark.right - mark.left) + 1;
    const off = (from, to, whole) => 1 - Math.abs((from + to) / 2 / whole - 0.5);
    const edges = [mark.top < 10, mark.left < 10, mark.bottom > height - 11, mark.right > width - 11];
    const near = off(mark.top, mark.bottom, height) * off(mark.left, mark.right, width);
    const flat = mark.right - mark.left > 2.5 * (mark.bottom - mark.top) ? 0.3 : 1;
    const full = Math.min(1, mark.area / (0.02 * size * size));
    return size * near * flat * full * 0.6 ** edges.filter(Boolean).length;
  };
  const real = marks.filter(Boolean).sort((a, b) => alike(b) - alike(a));
  if (!real.length) return { width, height, data: new Uint8ClampedArray(data.length) };
  const [main] = real;
  const size = Math.max(main.bottom - main.top, main.right - main.left) + 1;
  const gap = (mark) =>
    Math.max(
      main.top - mark.bottom,
      mark.top - main.bottom,
      main.left - mark.right,
      mark.left - main.right,
      0,
    );
  const kept = new Set(
    real
      .filter((m) => m === main || (gap(m) <= 0.12 * size && m.area >= 0.04 * main.area))
      .map((mark) => mark.label),
  );
  const mask = { width, height, data: Float32Array.from(labels, (label) => (kept.has(label) ? 1 : 0)) };
  const near = spread(mask, 2, Math.max).data;
  const levels = Float32Array.from(data.filter((_, n) => labels[n] === main.label)).sort();
  const top = levels[Math.floor(0.8 * (levels.length - 1))];
  const ink = (v, n) => (near[n] ? Math.min(255, Math.round((v / top) * 255)) : 0);
  return thick({ width, height, data: Uint8ClampedArray.from(data, ink) }, size);
}

// A thin pen is thickened to about MNIST's stroke.
function thick(plane, size) {
  const { width, height, data } = plane;
  let area = 0;
  let outline = 0;
  data.forEach((value, n) => {
    area += value > 110 ? 1 : 0;
    if ((n + 1) % width && value > 110 !== data[n + 1] > 110) outline++;
    if (n + width < data.length && value > 110 !== data[n + width] > 110) outline++;
  });
  const wide = (2 * area) / Math.max(1, (outline * Math.PI) / 4);
  const grow = Math.round((0.105 * size - wide) / 2);
  const clear = (value) => (value > 60 ? value : 0);
  if (wide >= 0.08 * size || grow < 1) return { ...plane, data: data.map(clear) };
  const room = grow + 1;
  const around = { width: width + 2 * room, height: height + 2 * room };
  around.data = new Uint8ClampedArray(around.width * around.height);
  for (let y = 0; y < height; y++)
    around.data.set(data.subarray(y * width, (y + 1) * width), (y + room) * around.width + room);
  const grown = spread(around, grow, Math.max);
  return { ...around, data: Uint8ClampedArray.from(grown.data, clear) };
}

// What the network sees of a picture's pixels (RGBA), as planes of its own size; null: nothing drawn.
function prepared(image, about, drawn) {
  const [height, width, channels] = about.shape;
  const pixels = image.data;
  const plane = (of) => ({
    width: image.width,
    height: image.height,
    data: Uint8ClampedArray.from({ length: pixels.length / 4 }, (_, n) => of(4 * n)),
  });
  const grays = () => plane((n) => grey(pixels[n], pixels[n + 1], pixels[n + 2]));
  if (about.preparation === "digit") {
    const ink = drawn ? grays() : inkOf(grays());
    if (!ink.data.some((value) => value > 0)) return null;
    return new Array(channels).fill(framed(ink, height, width));
  }
  const planes = channels === 1 ? [grays()] : [0, 1, 2].map((c) => plane((n) => pixels[n + c]));
  return cropped(planes, height, width);
}

// Planes side by side as floats in 0..1.
function asInput(planes) {
  const out = new Float32Array(planes.length * planes[0].data.length);
  planes.forEach(({ data }, c) => data.forEach((v, n) => (out[n * planes.length + c] = v / 255)));
  return out;
}
