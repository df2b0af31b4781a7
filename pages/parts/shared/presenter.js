// A teacher's view for a projector: a red dot that follows the mouse or a finger, and the keys of a
// clicker, which turn a lesson's pages. Escape ends it.

const STEPS = {
  PageDown: "lesson-next",
  ArrowRight: "lesson-next",
  PageUp: "lesson-back",
  ArrowLeft: "lesson-back",
};
const FIELDS = "input, textarea, select, [role=slider], [role=combobox], [contenteditable=true]";
const IDLE_MS = 2500; // a dot that rests would hide what it points at

export default function ({ setTriggerValue }) {
  const dot = document.createElement("div");
  dot.className = "laser-dot";
  dot.setAttribute("aria-hidden", "true");
  document.body.append(dot);
  let timer = 0;

  function follow(event) {
    dot.style.transform = `translate(${event.clientX}px, ${event.clientY}px)`;
    dot.style.opacity = "1";
    clearTimeout(timer);
    timer = setTimeout(() => (dot.style.opacity = "0"), IDLE_MS);
  }

  function press(event) {
    if (event.key === "Escape") setTriggerValue("end", true);
    const key = STEPS[event.key];
    if (key && !event.target.closest?.(FIELDS)) document.querySelector(`.st-key-${key} a`)?.click();
  }

  document.addEventListener("pointermove", follow);
  document.addEventListener("keydown", press);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("pointermove", follow);
    document.removeEventListener("keydown", press);
    dot.remove();
  };
}
