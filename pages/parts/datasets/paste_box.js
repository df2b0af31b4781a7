// Pictures from the clipboard into the class box that is open: by the button, or by Ctrl+V anywhere.
// `mounted` and `toBase64` are those of outbox.js, which stands before this file.

const LIMIT = 20 * 1024 * 1024;

export default mounted(makeDesk);

function makeDesk(root, outbox) {
  const say = (words) => (root.querySelector("[role=status]").textContent = words);
  const life = new AbortController();
  let pasted = 0;

  const take = async (blobs) => {
    if (!blobs.length) return say("There is no picture on the clipboard.");
    for (const blob of blobs) {
      if (blob.size > LIMIT) return say("That picture is larger than 20 MiB.");
      outbox.put(await toBase64(blob));
      pasted += 1;
    }
    say(pasted > 1 ? `${pasted} pictures pasted` : "1 picture pasted");
  };

  const ask = async () => {
    if (!navigator.clipboard?.read) return say("Press Ctrl+V: this browser allows no more.");
    try {
      const found = [];
      for (const item of await navigator.clipboard.read()) {
        const kind = item.types.find((type) => type.startsWith("image/"));
        if (kind) found.push(await item.getType(kind));
      }
      take(found);
    } catch {
      say("The browser does not allow it: press Ctrl+V instead.");
    }
  };

  const signal = life.signal;
  root.querySelector("button").addEventListener("click", ask, { signal });
  document.addEventListener(
    "paste",
    (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      const pictures = files.filter((file) => file.type.startsWith("image/"));
      if (pictures.length) take(pictures);
    },
    { signal },
  );
  return () => life.abort();
}
