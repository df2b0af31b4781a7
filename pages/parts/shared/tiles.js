// Groups of picture tiles cut from sprites; a press tells Python which tile, and where on it.

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector('[data-part="groups"]');
  const message = parentElement.querySelector('[data-part="message"]');
  if (root.dataset.drawn !== data.drawn) {
    root.dataset.drawn = data.drawn;
    root.replaceChildren(...data.groups.map((group, index) => drawGroup(group, index)));
  }
  root.classList.toggle("pressable", data.pressable);
  root.classList.toggle("inline", data.inline);
  const say = (words) => (message.textContent = words || "\u00a0");
  say("");

  const cell = (event, tile, group) => {
    const box = tile.querySelector("i").getBoundingClientRect();
    const part = (at, from, length, count) =>
      Math.min(Math.max(Math.floor(((at - from) / length) * count), 0), count - 1);
    return [
      part(event.clientY, box.top, box.height, group.rows),
      part(event.clientX, box.left, box.width, group.columns),
    ];
  };
  const found = (event) => {
    const tile = event.target.closest?.("[data-tile]");
    if (!tile) return null;
    const group = data.groups[Number(tile.dataset.group)];
    return { tile, group, one: group.tiles[Number(tile.dataset.tile)] };
  };
  const press = (event) => {
    const hit = found(event);
    if (!hit || !data.pressable) return;
    // A press by keyboard has no place on the tile: its middle.
    const byKey = event.detail === 0;
    const place = byKey
      ? [Math.floor(hit.group.rows / 2), Math.floor(hit.group.columns / 2)]
      : cell(event, hit.tile, hit.group);
    for (const other of root.querySelectorAll(".chosen")) other.classList.remove("chosen");
    if (!hit.group.cells) hit.tile.classList.add("chosen");
    setStateValue("pressed", { key: hit.one.key, place, at: Date.now() });
  };
  const point = (event) => {
    const hit = found(event);
    if (!hit) return say("");
    const [row, column] = cell(event, hit.tile, hit.group);
    const values = hit.one.values;
    const value = values ? values[row * hit.group.columns + column] : undefined;
    say(hit.one.name + (values ? `: row ${row}, column ${column} is ${value}` : ""));
  };
  const life = new AbortController();
  const on = (kind, act) => root.addEventListener(kind, act, { signal: life.signal });
  on("click", press);
  on("pointermove", point);
  on("pointerleave", () => say(""));
  on("focusin", point);
  return () => life.abort();
}

function drawGroup(group, index) {
  const place = make("div", "group");
  const head = make("div", "head");
  if (group.title) head.append(make("b", "", group.title));
  for (const note of group.notes) head.append(make("small", "", note));
  place.classList.toggle("plain", !group.beside);
  const tiles = make("div", "tiles");
  tiles.append(...group.tiles.map((tile, number) => drawTile(group, tile, index, number)));
  place.append(head, tiles);
  return place;
}

function drawTile(group, tile, index, number) {
  const button = make("button", "tile");
  button.type = "button";
  button.dataset.group = index;
  button.dataset.tile = number;
  button.setAttribute("aria-label", tile.name);
  button.style.width = `${group.width}px`;
  const picture = make("i", "");
  const { across, down } = group;
  const share = (at, of) => (of > 1 ? (at / (of - 1)) * 100 : 0);
  picture.style.width = "100%";
  picture.style.aspectRatio = `${group.width} / ${group.height}`;
  picture.style.backgroundImage = `url(${group.source})`;
  picture.style.backgroundSize = `${across * 100}% ${down * 100}%`;
  picture.style.backgroundPosition =
    `${share(tile.at % across, across)}% ${share(Math.floor(tile.at / across), down)}%`;
  button.append(picture);
  if (tile.chosen) button.classList.add("chosen");
  for (const [top, left, height, width] of tile.marks) {
    const mark = make("s", "");
    const { rows, columns } = group;
    mark.style.cssText =
      `left:${(left / columns) * 100}%;width:${(width / columns) * 100}%;` +
      `top:${(top / rows) * 100}%;height:${(height / rows) * 100}%`;
    picture.append(mark);
  }
  if (tile.caption) button.append(make("span", "", tile.caption));
  return button;
}
