// Pictures on their way to the page: each is sent until the page says that it has it, so that quick
// ones are not lost behind each other. Stands before the script of whatever sends pictures.

const AT_ONCE = 8;
const AGAIN = 15000; // milliseconds without an answer after which it is tried again

export function makeOutbox(send) {
  let last = 0;
  let waiting = [];
  let timer = 0;
  const flush = () => {
    clearTimeout(timer);
    timer = 0;
    if (!waiting.length) return;
    send(waiting.slice(0, AT_ONCE));
    timer = setTimeout(flush, AGAIN);
  };
  return {
    put(picture) {
      last = Math.max(last + 1, Date.now());
      waiting.push({ id: last, picture });
      if (!timer) flush();
    },
    got(id) {
      const before = waiting.length;
      waiting = waiting.filter((one) => one.id > id);
      if (waiting.length !== before) flush();
    },
    close: () => clearTimeout(timer),
  };
}

// A component that sends pictures: one desk for each place on the page, kept through reruns.
// `makeDesk(root, outbox, data)` builds it and returns what ends it.
export function mounted(makeDesk) {
  const desks = new WeakMap();
  return ({ data, parentElement, setStateValue }) => {
    let desk = desks.get(parentElement);
    if (!desk) {
      const outbox = makeOutbox((pictures) => desk.send(pictures));
      desk = { outbox, close: makeDesk(parentElement, outbox, data) };
      desks.set(parentElement, desk);
    }
    desk.send = (pictures) => setStateValue("sent", pictures);
    desk.outbox.got(data.got);
    return () => {
      desk.close();
      desk.outbox.close();
      desks.delete(parentElement);
    };
  };
}

// A canvas or a file as base64 without its heading.
export function toBase64(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(",", 2)[1]);
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}
