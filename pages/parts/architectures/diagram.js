// Shows the SVG that Python drew; a press on a block tells Python which one.

export default function ({ data, parentElement, setStateValue }) {
  const frame = parentElement.querySelector('[data-part="frame"]');
  if (frame.dataset.drawn !== data.drawn) {
    frame.innerHTML = data.svg;
    frame.dataset.drawn = data.drawn;
  }
  const mark = (name) => {
    for (const block of frame.querySelectorAll("[data-layer]")) {
      block.classList.toggle("picked", block.dataset.layer === name);
    }
  };
  mark(data.picked);
  const pick = (event) => {
    const block = event.target.closest?.("[data-layer]");
    if (!block || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    mark(block.dataset.layer);
    setStateValue("picked", block.dataset.layer);
  };
  const life = new AbortController();
  frame.addEventListener("click", pick, { signal: life.signal });
  frame.addEventListener("keydown", pick, { signal: life.signal });
  return () => life.abort();
}
