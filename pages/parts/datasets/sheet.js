// Shows a contact sheet; tells Python which picture was pressed, and names the one pointed at.

export default function ({ data, parentElement, setStateValue }) {
  const part = (name) => parentElement.querySelector(`[data-part="${name}"]`);
  const [sheet, field, picture, mark, message] = ["sheet", "field", "picture", "mark", "message"].map(part);
  if (sheet.dataset.drawn !== data.drawn) {
    sheet.dataset.drawn = data.drawn;
    sheet.style.maxWidth = `${data.widest}px`;
    picture.src = data.source;
    picture.alt = data.words;
    fill(part("tops"), data.tops);
    fill(part("sides"), data.sides);
  }
  const { rows, columns, names, pressable } = data;
  field.tabIndex = pressable ? 0 : -1;
  field.classList.toggle("pressable", pressable);

  const show = (index) => {
    mark.hidden = index === null;
    mark.style.cssText += `;left:${((index % columns) / columns) * 100}%;width:${100 / columns}%`;
    mark.style.cssText += `;top:${(Math.floor(index / columns) / rows) * 100}%;height:${100 / rows}%`;
  };
  const say = (index) => (message.textContent = names[index] || "\u00a0");
  const at = (event) => {
    const box = field.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    return Math.min(Math.max(row, 0), rows - 1) * columns + Math.min(Math.max(column, 0), columns - 1);
  };
  let chosen = data.chosen;
  const choose = (index) => {
    if (!pressable || index < 0 || !names[index]) return;
    chosen = index;
    show(chosen);
    say(chosen);
    setStateValue("chosen", chosen);
  };
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  show(chosen);
  say(chosen ?? -1);

  const life = new AbortController();
  const on = (kind, act) => field.addEventListener(kind, act, { signal: life.signal });
  on("pointermove", (event) => say(at(event)));
  on("pointerleave", () => say(chosen ?? -1));
  on("click", (event) => choose(at(event)));
  on("keydown", (event) => {
    if (!pressable || !(event.key in steps)) return;
    event.preventDefault();
    choose((chosen ?? 0) + steps[event.key]);
  });
  return () => life.abort();
}

function fill(place, names) {
  place.replaceChildren(
    ...names.map((name) => {
      const label = document.createElement("span");
      label.append(Object.assign(document.createElement("b"), { textContent: name }));
      label.title = name;
      return label;
    }),
  );
}
