// A drawing pad, for whatever stands around it. Strokes live here, as a list of steps that is replayed
// for undo and resize, and in the browser's tab under the pad's key.

const SIDE = 140; // pixels of the raster that is sent; PAD_SIDE of cnnlab/prediction/board.py
const STEP = 0.02; // one arrow key, as a share of the pad
const PEN = 24; // the pen's width where no slider sets it, of a pad of 280

// `changed` hears of every drawing as `{turn, raster}`; a raster is "" where nothing is drawn.
// Tools the page leaves out (redo, the pen's width, examples) are missed by nobody.
export function makePad(root, key, changed) {
  const find = (name) => root.querySelector(`[data-part="${name}"]`);
  const canvas = find("pad");
  const context = canvas.getContext("2d");
  const width = find("width");
  const store = `cnnlab-${key}`;
  const saved = load(store);
  // `turn` names the drawing as it is after the last change; null is a pad nobody drew on.
  const state = { done: saved.steps, turn: saved.turn, undone: [], stroke: null, erasing: false };
  state.cursor = null;
  const life = new AbortController();
  const listen = (target, kind, act, options = {}) =>
    target?.addEventListener(kind, act, { signal: life.signal, ...options });
  const penWidth = () => Number(width?.value ?? PEN) / 280;

  // -- drawing

  const replay = (target, side, live) => {
    target.setTransform(1, 0, 0, 1, 0, 0);
    target.globalCompositeOperation = "source-over";
    target.fillStyle = "#000";
    target.fillRect(0, 0, side, side);
    for (const step of live ? [...state.done, live] : state.done) paint(target, side, step);
  };

  const show = () => {
    replay(context, canvas.width, state.stroke);
    if (state.cursor && root.activeElement === canvas) drawCursor(context, canvas.width, state);
    for (const [part, off] of [
      ["undo", !state.done.length],
      ["redo", !state.undone.length],
      ["clear", !isInked(state.done)],
    ]) {
      const button = find(part);
      if (button) button.disabled = off;
    }
    find("hint").hidden = isInked(state.done) || Boolean(state.stroke);
  };

  let waiting = 0;
  const showSoon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(show);
  };

  const say = (words) => (find("message").textContent = words);

  const drawing = () => ({
    turn: state.turn,
    raster: isInked(state.done) ? raster((target, side) => replay(target, side, null)) : "",
  });

  const publish = () => {
    state.turn = Date.now() + Math.random();
    save(store, state);
    changed(drawing());
  };

  const commit = (steps) => {
    state.done.push(...steps);
    state.undone = [];
    publish();
    show();
  };

  // -- pointer: mouse, touch and pen alike

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };

  const begin = (point, erase) => {
    state.stroke = {
      kind: "stroke",
      erase: erase || state.erasing,
      width: penWidth(),
      points: [point],
    };
  };

  const finish = () => {
    if (!state.stroke) return;
    const stroke = state.stroke;
    state.stroke = null;
    stroke.points = stroke.points.map(([x, y]) => [round(x), round(y)]);
    commit([stroke]);
  };

  let finger = null;
  listen(canvas, "pointerdown", (event) => {
    if (finger !== null || event.button === 1) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.classList.add("by-pointer"); // a ring around the pad is for the keyboard
    if (state.stroke) finish(); // a stroke begun by keyboard
    finger = event.pointerId;
    canvas.setPointerCapture(finger);
    state.cursor = null;
    begin(place(event), event.button === 2 || event.button === 5);
    showSoon();
  });
  listen(canvas, "pointermove", (event) => {
    if (event.pointerId !== finger || !state.stroke) return;
    const seen = event.getCoalescedEvents?.() ?? [];
    for (const one of seen.length ? seen : [event]) state.stroke.points.push(place(one));
    showSoon();
  });
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) {
    listen(canvas, kind, (event) => {
      if (event.pointerId !== finger) return;
      finger = null;
      finish();
    });
  }
  listen(canvas, "contextmenu", (event) => event.preventDefault());

  // -- buttons

  const undo = () => {
    if (!state.done.length) return;
    const step = state.done.pop();
    state.undone.push(step);
    // An example is a clearing and its strokes; it goes as one.
    while (step.group && state.done.at(-1)?.group === step.group) {
      state.undone.push(state.done.pop());
    }
    say("Undone.");
    publish();
    show();
  };
  const redo = () => {
    if (!state.undone.length) return;
    const step = state.undone.pop();
    state.done.push(step);
    while (step.group && state.undone.at(-1)?.group === step.group) {
      state.done.push(state.undone.pop());
    }
    say("Redone.");
    publish();
    show();
  };
  const clear = () => {
    state.stroke = null;
    if (!isInked(state.done)) return;
    say("Cleared.");
    commit([{ kind: "clear" }]);
  };
  const erase = () => {
    state.erasing = !state.erasing;
    find("eraser").setAttribute("aria-pressed", String(state.erasing));
    canvas.classList.toggle("erasing", state.erasing);
    say(state.erasing ? "Eraser." : "Pen.");
  };
  const example = (digit) => {
    const group = `${digit}-${Date.now()}`;
    const strokes = EXAMPLES[digit].map((points) => ({
      kind: "stroke",
      erase: false,
      width: penWidth(),
      points,
      group,
    }));
    state.stroke = null;
    say(`Example ${digit} drawn.`);
    commit([{ kind: "clear", group }, ...strokes]);
  };
  const acts = { undo, redo, clear, eraser: erase };
  for (const [part, act] of Object.entries(acts)) listen(find(part), "click", act);
  for (const button of root.querySelectorAll("[data-digit]")) {
    listen(button, "click", () => example(button.dataset.digit));
  }
  const showWidth = () => {
    find("dot").style.width = find("dot").style.height = `${Number(width.value) * 0.7}px`;
  };
  listen(width, "input", showWidth);

  // -- keyboard

  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const move = ([right, down], far) => {
    const stride = STEP * (far ? 4 : 1);
    const [x, y] = state.cursor ?? [0.5, 0.5];
    state.cursor = [clamp(x + right * stride), clamp(y + down * stride)];
    if (state.stroke && finger === null) state.stroke.points.push(state.cursor);
    showSoon();
  };
  const toggle = () => {
    state.cursor ??= [0.5, 0.5];
    if (state.stroke) {
      finish();
      say("Pen up.");
    } else {
      begin(state.cursor, false);
      say("Pen down. Arrow keys draw, space lifts.");
    }
    showSoon();
  };
  listen(canvas, "keydown", (event) => {
    canvas.classList.remove("by-pointer");
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    let act = null;
    if (command && key === "z") act = event.shiftKey ? redo : undo;
    else if (command && key === "y") act = redo;
    else if (command || event.altKey) return;
    else if (key in moves) act = () => move(moves[key], event.shiftKey);
    else if (key === " " || key === "Enter") act = event.repeat ? () => {} : toggle;
    else if (key === "Delete" || key === "Backspace") act = clear;
    else if (key === "e") act = erase;
    else if (key === "Escape" && state.stroke) act = toggle;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // the page's own single-key shortcuts stay quiet
    act();
  });
  listen(canvas, "blur", () => {
    if (finger === null) finish();
    showSoon();
  });
  listen(canvas, "focus", showSoon);

  // -- life

  const resize = () => {
    const side = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
    if (!side || side === canvas.width) return;
    canvas.width = canvas.height = side;
    show();
  };
  const watcher = new ResizeObserver(resize);
  watcher.observe(canvas);

  const close = () => {
    state.turn = null; // an answer still on its way finds nobody
    life.abort();
    watcher.disconnect();
    cancelAnimationFrame(waiting);
  };
  if (width) showWidth();
  resize();
  show();
  return {
    drawing,
    publish,
    clear,
    close,
    example,
    get turn() {
      return state.turn;
    },
    get blank() {
      return !isInked(state.done);
    },
  };
}

// An example digit that nobody has drawn, on black.
export function paintExample(target, side, digit) {
  paint(target, side, { kind: "clear" });
  for (const points of EXAMPLES[digit]) {
    paint(target, side, { kind: "stroke", width: PEN / 280, points });
  }
}

export function exampleRaster(digit) {
  return raster((target, side) => paintExample(target, side, digit));
}

function paint(target, side, step) {
  if (step.kind === "clear") {
    target.fillStyle = "#000";
    target.fillRect(0, 0, side, side);
    return;
  }
  const ink = step.erase ? "#000" : "#fff";
  const points = step.points.map(([x, y]) => [x * side, y * side]);
  target.strokeStyle = target.fillStyle = ink;
  target.lineWidth = step.width * side * (step.erase ? 1.8 : 1);
  target.lineCap = target.lineJoin = "round";
  target.beginPath();
  if (points.length === 1) {
    target.arc(points[0][0], points[0][1], target.lineWidth / 2, 0, 7);
    target.fill();
    return;
  }
  target.moveTo(...points[0]);
  for (let i = 1; i < points.length - 1; i++) {
    const [x, y] = points[i];
    const [nextX, nextY] = points[i + 1];
    target.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  target.lineTo(...points.at(-1));
  target.stroke();
}

function drawCursor(target, side, state) {
  const [x, y] = state.cursor.map((part) => part * side);
  target.lineWidth = side / 140;
  target.strokeStyle = state.stroke ? "#E69F00" : "#56B4E9";
  target.beginPath();
  target.arc(x, y, side / 28, 0, 7);
  target.moveTo(x - side / 60, y);
  target.lineTo(x + side / 60, y);
  target.moveTo(x, y - side / 60);
  target.lineTo(x, y + side / 60);
  target.stroke();
}

function raster(draw) {
  const small = document.createElement("canvas");
  small.width = small.height = SIDE;
  const context = small.getContext("2d", { willReadFrequently: true });
  draw(context, SIDE);
  const pixels = context.getImageData(0, 0, SIDE, SIDE).data;
  let bytes = "";
  for (let i = 0; i < pixels.length; i += 4) bytes += String.fromCharCode(pixels[i]);
  return btoa(bytes);
}

// Whether any pen stroke lies after the last clearing.
function isInked(steps) {
  let inked = false;
  for (const step of steps) {
    if (step.kind === "clear") inked = false;
    else if (!step.erase) inked = true;
  }
  return inked;
}

function load(store) {
  try {
    const { steps, turn } = JSON.parse(sessionStorage.getItem(store));
    return Array.isArray(steps) && turn ? { steps, turn } : { steps: [], turn: null };
  } catch {
    return { steps: [], turn: null }; // storage is off or holds something else: a blank pad
  }
}

function save(store, { done, turn }) {
  try {
    const start = done.findLastIndex((step) => step.kind === "clear");
    sessionStorage.setItem(store, JSON.stringify({ steps: done.slice(start + 1), turn }));
  } catch {
    // Storage is off or full: the drawing lives as long as the page, which is what we lose.
  }
}

const round = (value) => Math.round(value * 1000) / 1000;
const clamp = (value) => Math.min(0.97, Math.max(0.03, value));

// One way to write each digit, and a 7 with a bar, as pen strokes on a pad of side 1; drawn for the lab.
const EXAMPLES = {
  0: [arc(0.5, 0.5, 0.19, 0.31, -80, 285)],
  1: [[[0.46, 0.26], [0.53, 0.17], [0.53, 0.5], [0.52, 0.83]]],
  2: [[...arc(0.49, 0.35, 0.18, 0.17, 190, 395), [0.44, 0.66], [0.29, 0.81], [0.5, 0.79], [0.73, 0.8]]],
  3: [[...arc(0.47, 0.33, 0.17, 0.15, 200, 440), ...arc(0.47, 0.65, 0.2, 0.17, -80, 160)]],
  4: [
    [[0.42, 0.18], [0.35, 0.38], [0.28, 0.57], [0.5, 0.56], [0.74, 0.54]],
    [[0.61, 0.3], [0.6, 0.55], [0.58, 0.84]],
  ],
  5: [
    [[0.38, 0.2], [0.36, 0.34], [0.34, 0.47], ...arc(0.46, 0.63, 0.2, 0.19, -110, 150)],
    [[0.38, 0.2], [0.52, 0.2], [0.69, 0.18]],
  ],
  6: [[[0.6, 0.17], [0.45, 0.29], [0.35, 0.48], ...arc(0.49, 0.66, 0.17, 0.16, 190, 540)]],
  barred: [
    [[0.29, 0.22], [0.5, 0.21], [0.71, 0.2], [0.6, 0.4], [0.5, 0.6], [0.43, 0.83]],
    [[0.32, 0.56], [0.5, 0.54], [0.68, 0.52]],
  ],
  7: [[[0.29, 0.22], [0.5, 0.21], [0.71, 0.2], [0.6, 0.4], [0.5, 0.6], [0.43, 0.83]]],
  8: [
    [
      ...arc(0.51, 0.34, 0.14, 0.15, -60, -260),
      ...arc(0.49, 0.66, 0.18, 0.17, -75, 245),
      ...[[0.51, 0.49], [0.59, 0.42], [0.65, 0.34], [0.64, 0.25], [0.58, 0.21]],
    ],
  ],
  9: [[...arc(0.49, 0.36, 0.16, 0.16, -10, -340), [0.65, 0.4], [0.63, 0.6], [0.57, 0.84]]],
};

// Points on an ellipse, angles in degrees, clockwise from the right.
function arc(x, y, wide, high, from, to) {
  const count = 2 + Math.ceil(Math.abs(to - from) / 20);
  return Array.from({ length: count }, (_, i) => {
    const angle = ((from + ((to - from) * i) / (count - 1)) * Math.PI) / 180;
    return [round(x + wide * Math.cos(angle)), round(y + high * Math.sin(angle))];
  });
}
