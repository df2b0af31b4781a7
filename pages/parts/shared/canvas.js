// The drawing pad of Predict and Inside: after every finished stroke a small grey raster goes to the
// server: where a board stands beside the pad, straight to its route, and to the page once the answer
// is on the screen. `makePad` is that of pad.js, which stands before this file.

const LATER = 250; // milliseconds from an answer on the screen to telling the page
const desks = new WeakMap(); // shadow root -> its pad, so that reruns find their strokes again

export default function ({ data, parentElement, setStateValue }) {
  let desk = desks.get(parentElement);
  if (!desk) {
    desk = makeDesk(parentElement, data);
    desks.set(parentElement, desk);
  }
  desk.send = (value) => setStateValue("drawing", value);
  desk.meet(data);
  return () => {
    desk.close();
    desks.delete(parentElement);
  };
}

function makeDesk(root, data) {
  const desk = { send: () => {} };
  let news = data;
  let met = false;
  let telling = 0;

  const tell = (drawing) => {
    clearTimeout(telling);
    if (drawing.turn === pad.turn) desk.send(drawing);
  };

  // Straight to the server; whatever goes wrong on this way, the page still answers.
  const ask = async (drawing) => {
    clearTimeout(telling);
    const { address, board } = news;
    const headers = { "X-CNNLab-Ticket": board.ticket };
    try {
      const reply = await fetch(address, { method: "POST", headers, body: drawing.raster });
      const html = await reply.text();
      if (!reply.ok) throw new Error(html);
      if (drawing.turn !== pad.turn) return;
      showBoard(html);
      telling = setTimeout(() => tell(drawing), LATER);
    } catch {
      tell(drawing);
    }
  };

  const showBoard = (html) => {
    const board = root.querySelector('[data-part="board"]');
    board.hidden = !html;
    if (board.innerHTML !== html) board.innerHTML = html;
  };

  const pad = makePad(root, data.key, (drawing) => (news.board ? ask(drawing) : tell(drawing)));

  // The browser's strokes are the truth: a page that does not know them hears of them, and what
  // it says of earlier ones is not shown any more.
  desk.meet = (latest) => {
    news = latest;
    const fresh = latest.turn === pad.turn;
    if (fresh || !met) showBoard(latest.board?.html ?? "");
    if (!met && !fresh) pad.publish();
    met = true;
  };
  desk.close = () => {
    clearTimeout(telling);
    pad.close();
  };
  return desk;
}
