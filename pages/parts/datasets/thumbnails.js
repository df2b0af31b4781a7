// The pictures of a class box, each with a button that takes it out.

export default function ({ data, parentElement, setStateValue }) {
  const grid = parentElement.querySelector('[data-part="grid"]');
  const gone = (grid.gone ??= new Set());
  const shown = new Map([...grid.children].map((tile) => [tile.dataset.name, tile]));
  const tiles = data.pictures
    .filter(({ name }) => !gone.has(name))
    .map(({ name, source }) => shown.get(name) ?? makeTile(name, source));
  const focused = parentElement.activeElement;
  grid.replaceChildren(...tiles);
  if (focused?.isConnected) focused.focus();
  tiles.forEach((tile, place) => {
    const button = tile.querySelector("button");
    button.setAttribute("aria-label", `Delete picture ${place + 1} of ${data.label}`);
    button.hidden = !data.writable;
    button.onclick = () => {
      gone.add(tile.dataset.name);
      const next = (tile.nextElementSibling ?? tile.previousElementSibling)?.querySelector("button");
      tile.remove();
      next?.focus({ preventScroll: true });
      setStateValue("removed", [...gone]);
    };
  });
}

function makeTile(name, source) {
  const tile = document.createElement("li");
  tile.dataset.name = name;
  const picture = document.createElement("img");
  picture.alt = "";
  if (source) picture.src = source;
  const button = document.createElement("button");
  button.type = "button";
  button.title = "Delete";
  button.textContent = "\u00d7";
  tile.append(picture, button);
  return tile;
}
