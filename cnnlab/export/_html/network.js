// The network in plain JavaScript: one step after the other, numbers as 32-bit floats.

const FUNCTIONS = {
  LOGISTIC: (x) => 1 / (1 + Math.exp(-x)),
  TANH: Math.tanh,
  RELU: (x) => Math.max(x, 0),
  RELU6: (x) => Math.min(Math.max(x, 0), 6),
  RELU_N1_TO_1: (x) => Math.min(Math.max(x, -1), 1),
  LEAKY_RELU: (x, alpha) => (x < 0 ? alpha * x : x),
  HARD_SWISH: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  ELU: (x) => (x < 0 ? Math.expm1(x) : x),
  EXP: Math.exp,
  LOG: Math.log,
  SQRT: Math.sqrt,
  RSQRT: (x) => 1 / Math.sqrt(x),
  SQUARE: (x) => x * x,
  ABS: Math.abs,
  NEG: (x) => -x,
};

const PAIRS = {
  ADD: (a, b) => a + b,
  SUB: (a, b) => a - b,
  MUL: (a, b) => a * b,
  DIV: (a, b) => a / b,
  MAXIMUM: Math.max,
  MINIMUM: Math.min,
  POW: Math.pow,
  SQUARED_DIFFERENCE: (a, b) => (a - b) * (a - b),
};

const REDUCTIONS = {
  MEAN: [0, (a, b) => a + b],
  SUM: [0, (a, b) => a + b],
  REDUCE_MAX: [-Infinity, Math.max],
  REDUCE_MIN: [Infinity, Math.min],
};

const volume = (shape) => shape.reduce((a, b) => a * b, 1);

// How far apart neighbors along each side of `shape` lie in `wide`, 0 where one number serves all.
function strides(shape, wide) {
  const steps = new Array(wide.length).fill(0);
  let step = 1;
  for (let k = 1; k <= shape.length; k++) {
    const side = shape[shape.length - k];
    if (side > 1) steps[wide.length - k] = step;
    step *= side;
  }
  return steps;
}

// Calls `visit` with every place of `shape`, and where it lies by each of the given strides.
function everywhere(shape, all, visit) {
  const at = new Array(shape.length).fill(0);
  const spots = all.map(() => 0);
  const count = volume(shape);
  for (let n = 0; n < count; n++) {
    visit(n, spots);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const back = ++at[axis] === shape[axis];
      for (let k = 0; k < all.length; k++) {
        spots[k] += back ? -all[k][axis] * (shape[axis] - 1) : all[k][axis];
      }
      if (!back) break;
      at[axis] = 0;
    }
  }
}

function convolve(step, x, shape, weights, bias, out, made) {
  const [, height, width, channels] = shape;
  const [, rows, columns, filters] = made;
  const [kernelHeight, kernelWidth] = step.kernel;
  const per = channels / step.groups;
  const share = filters / step.groups;
  let n = 0;
  for (let y = 0; y < rows; y++)
    for (let c = 0; c < columns; c++)
      for (let f = 0; f < filters; f++) {
        const first = Math.floor(f / share) * per;
        let sum = bias ? bias[f] : 0;
        for (let r = 0; r < kernelHeight; r++) {
          const yy = y * step.stride[0] - step.pad[0] + r * step.dilation[0];
          if (yy < 0 || yy >= height) continue;
          for (let k = 0; k < kernelWidth; k++) {
            const xx = c * step.stride[1] - step.pad[1] + k * step.dilation[1];
            if (xx < 0 || xx >= width) continue;
            const from = (yy * width + xx) * channels + first;
            const w = ((f * kernelHeight + r) * kernelWidth + k) * per;
            for (let i = 0; i < per; i++) sum += x[from + i] * weights[w + i];
          }
        }
        out[n++] = sum;
      }
}

function pool(step, x, shape, out, made) {
  const [, height, width, channels] = shape;
  const [, rows, columns] = made;
  for (let y = 0; y < rows; y++)
    for (let c = 0; c < columns; c++) {
      const top = y * step.stride[0] - step.pad[0];
      const left = c * step.stride[1] - step.pad[1];
      for (let i = 0; i < channels; i++) {
        let most = -Infinity;
        let sum = 0;
        let count = 0;
        for (let yy = Math.max(top, 0); yy < Math.min(top + step.kernel[0], height); yy++)
          for (let xx = Math.max(left, 0); xx < Math.min(left + step.kernel[1], width); xx++) {
            const value = x[(yy * width + xx) * channels + i];
            most = Math.max(most, value);
            sum += value;
            count++;
          }
        out[(y * columns + c) * channels + i] = step.largest ? most : sum / count;
      }
    }
}

const STEPS = {
  conv: (step, [x, weights, bias], [shape], out, made) =>
    convolve(step, x, shape, weights, bias, out, made),
  dense(step, [x, weights, bias], shapes, out) {
    const seen = shapes[1][1];
    const units = shapes[1][0];
    for (let n = 0; n < out.length; n++) {
      const unit = n % units;
      let sum = bias ? bias[unit] : 0;
      const from = ((n - unit) / units) * seen;
      for (let i = 0; i < seen; i++) sum += x[from + i] * weights[unit * seen + i];
      out[n] = sum;
    }
  },
  pool: (step, [x], [shape], out, made) => pool(step, x, shape, out, made),
  one(step, [x], shapes, out) {
    const of = FUNCTIONS[step.name];
    for (let n = 0; n < out.length; n++) out[n] = of(x[n], step.alpha);
  },
  pair(step, [a, b], shapes, out, made) {
    const of = PAIRS[step.name];
    const both = shapes.map((shape) => strides(shape, made));
    everywhere(made, both, (n, [i, k]) => (out[n] = of(a[i], b[k])));
  },
  reduce(step, [x], [shape], out) {
    const [start, of] = REDUCTIONS[step.name];
    const kept = shape.map((side, axis) => (step.axes.includes(axis) ? 1 : side));
    const sums = new Float64Array(out.length).fill(start);
    everywhere(shape, [strides(kept, shape)], (n, [i]) => (sums[i] = of(sums[i], x[n])));
    const count = step.name === "MEAN" ? x.length / out.length : 1;
    out.set(sums.map((sum) => sum / count));
  },
  softmax(step, [x], [shape], out) {
    const count = shape[shape.length - 1];
    for (let from = 0; from < x.length; from += count) {
      const part = Array.from(x.subarray(from, from + count));
      const most = Math.max(...part);
      const powers = part.map((value) => Math.exp(step.beta * (value - most)));
      const sum = powers.reduce((a, b) => a + b, 0);
      out.set(powers.map((power) => power / sum), from);
    }
  },
  concatenate(step, inputs, shapes, out, made) {
    const outer = volume(made.slice(0, step.axis));
    let at = 0;
    for (let o = 0; o < outer; o++)
      inputs.forEach((x) => {
        const block = x.length / outer;
        out.set(x.subarray(o * block, (o + 1) * block), at);
        at += block;
      });
  },
  pad(step, [x], [shape], out, made) {
    const into = strides(made, made);
    const start = step.before.reduce((sum, side, axis) => sum + side * into[axis], 0);
    everywhere(shape, [into], (n, [i]) => (out[start + i] = x[n]));
  },
  tile(step, [x], [shape], out, made) {
    const own = strides(shape, shape);
    for (let n = 0; n < out.length; n++) {
      let rest = n;
      let from = 0;
      for (let axis = made.length - 1; axis >= 0; axis--) {
        from += ((rest % made[axis]) % shape[axis]) * own[axis];
        rest = Math.floor(rest / made[axis]);
      }
      out[n] = x[from];
    }
  },
};

function unpack(network) {
  const bytes = Uint8Array.from(atob(network.weights), (letter) => letter.charCodeAt(0));
  const numbers = new Float32Array(bytes.buffer);
  return network.constants.map(({ from, shape }) => ({
    shape,
    data: numbers.subarray(from, from + volume(shape)),
  }));
}

// Every value of the network for one picture: Float32Array of height x width x channels in 0..1.
function forward(network, constants, picture) {
  const values = new Map(constants.map((constant, n) => [-1 - n, constant]));
  values.set(network.entry, { shape: network.input, data: picture });
  for (const step of network.steps) {
    const inputs = step.in.map((number) => values.get(number));
    if (step.kind === "same") {
      values.set(step.out, { shape: step.shape, data: inputs[0].data });
      continue;
    }
    const out = new Float32Array(volume(step.shape));
    const data = inputs.map((input) => input.data);
    const shapes = inputs.map((input) => input.shape);
    STEPS[step.kind](step, data, shapes, out, step.shape);
    if (step.then) out.forEach((value, n) => (out[n] = FUNCTIONS[step.then](value)));
    values.set(step.out, { shape: step.shape, data: out });
  }
  return values;
}
