// A pad beside a class box: a drawing is added, and the pad is blank for the next one at once.
// `makePad` is that of pad.js and `mounted` of outbox.js, which stand before this file.

export default mounted(makeDesk);

function makeDesk(root, outbox, { key }) {
  const add = root.querySelector('[data-part="add"]');
  const message = root.querySelector('[data-part="added"]');
  const life = new AbortController();
  const ready = () => (add.disabled = pad.blank);
  const pad = makePad(root, key, ready);
  let added = 0;
  const put = () => {
    const { raster } = pad.drawing();
    if (!raster) return;
    outbox.put(raster);
    pad.clear();
    added += 1;
    message.textContent = added > 1 ? `${added} drawings added` : "1 drawing added";
  };
  add.addEventListener("click", put, { signal: life.signal });
  ready();
  return () => {
    life.abort();
    pad.close();
  };
}
