// A pad beside a class box: a drawing is added, and the pad is blank for the next one at once.
// `makePad` is that of pad.js and `makeOutbox` of outbox.js, which stand before this file.

const desks = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  let desk = desks.get(parentElement);
  if (!desk) {
    desk = makeDesk(parentElement, data.key);
    desks.set(parentElement, desk);
  }
  desk.send = (pictures) => setStateValue("sent", pictures);
  desk.outbox.got(data.got);
  return () => {
    desk.close();
    desks.delete(parentElement);
  };
}

function makeDesk(root, key) {
  const add = root.querySelector('[data-part="add"]');
  const said = root.querySelector('[data-part="added"]');
  const life = new AbortController();
  const desk = { send: () => {} };
  desk.outbox = makeOutbox((pictures) => desk.send(pictures));
  const ready = () => (add.disabled = pad.blank);
  const pad = makePad(root, key, ready);
  let added = 0;
  const put = () => {
    const { raster } = pad.drawing();
    if (!raster) return;
    desk.outbox.put(raster);
    pad.clear();
    added += 1;
    said.textContent = added > 1 ? `${added} drawings added` : "1 drawing added";
  };
  add.addEventListener("click", put, { signal: life.signal });
  ready();
  desk.close = () => {
    life.abort();
    pad.close();
    desk.outbox.close();
  };
  return desk;
}
