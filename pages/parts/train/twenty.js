// Twenty pictures, what the network calls each, and whether it was right, epoch by epoch.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('[data-part="twenty"]');
  const status = parentElement.querySelector('[data-part="status"]');
  const ground = getComputedStyle(parentElement.host ?? parentElement);
  root.classList.toggle("dark", isDark(ground.getPropertyValue("--st-background-color")));
  if (root.dataset.drawn === data.drawn) return;
  root.dataset.drawn = data.drawn;
  const head = make("p", "head");
  head.append(make("b", "", data.title), make("span", "", data.note));
  const grid = make("ul", "grid");
  grid.append(...data.pictures.map((one, at) => drawOne(data, one, at)));
  root.replaceChildren(head, grid);
  // One sentence an epoch for whoever listens.
  if (status.textContent !== data.status) status.textContent = data.status;
}

function drawOne({ source, across, down }, { truth, answer, right }, at) {
  const one = make("li", "one");
  const picture = make("i", "");
  const share = (place, of) => (of > 1 ? (place / (of - 1)) * 100 : 0);
  picture.style.backgroundImage = `url(${source})`;
  picture.style.backgroundSize = `${across * 100}% ${down * 100}%`;
  picture.style.backgroundPosition =
    `${share(at % across, across)}% ${share(Math.floor(at / across), down)}%`;
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", truth);
  one.append(picture);
  one.classList.toggle("before", !right.length);
  if (!right.length) return one;
  const now = right.at(-1);
  one.classList.add(now ? "right" : "wrong");
  one.classList.toggle("turned", right.length > 1 && now !== right.at(-2));
  one.classList.toggle("words", answer.length > 2);
  one.title = now ? `${truth}, seen as such` : `${truth}, called ${answer}`;
  const word = make("p", "answer");
  word.append(make("em", "", now ? "✓" : "✗"), make("b", "", answer));
  const marks = make("p", "marks");
  marks.setAttribute("aria-hidden", "true");
  marks.append(...right.map((hit) => make("s", hit ? "y" : "n")));
  one.append(word, marks);
  return one;
}
