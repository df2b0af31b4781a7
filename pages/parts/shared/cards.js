// Cards with a link each: a plain press stays in the app, anything else is the browser's.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('[data-part="cards"]');
  root.replaceChildren(...data.cards.map(drawCard));
  const life = new AbortController();
  const open = (event) => {
    const link = event.target.closest?.("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    setTriggerValue("opened", link.dataset.key);
  };
  root.addEventListener("click", open, { signal: life.signal });
  return () => life.abort();
}

function drawCard({ key, title, text, facts, address, picture }) {
  const card = make("div", "card", "");
  const link = make("a", "title", title);
  link.href = address;
  link.dataset.key = key;
  if (picture) {
    const place = make("div", "picture", "");
    place.innerHTML = picture; // the lab's own drawing, made of numbers
    card.append(place);
  }
  card.append(link, make("p", "text", text), make("p", "facts", facts));
  return card;
}
