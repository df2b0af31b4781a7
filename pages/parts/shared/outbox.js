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

// A canvas or a file as base64 without its heading.
export function toBase64(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(",", 2)[1]);
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}
