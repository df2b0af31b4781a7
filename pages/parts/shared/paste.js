// Brings a picture from the clipboard: by the button, or by Ctrl+V anywhere on the page.

const LIMIT = 20 * 1024 * 1024;
const listening = new WeakSet();

export default function ({ parentElement, setStateValue }) {
  if (listening.has(parentElement)) return;
  listening.add(parentElement);
  const life = new AbortController();
  const button = parentElement.querySelector("button");
  const say = (words) => (parentElement.querySelector("[role=status]").textContent = words);

  const take = async (blob) => {
    if (!blob) return say("There is no picture on the clipboard.");
    if (blob.size > LIMIT) return say("That picture is larger than 20 MiB.");
    say("");
    setStateValue("picture", await toBase64(blob));
  };

  const ask = async () => {
    if (!navigator.clipboard?.read) return say("Press Ctrl+V: this browser allows no more.");
    try {
      for (const item of await navigator.clipboard.read()) {
        const kind = item.types.find((type) => type.startsWith("image/"));
        if (kind) return take(await item.getType(kind));
      }
      take(null);
    } catch {
      say("The browser does not allow it: press Ctrl+V instead.");
    }
  };

  const catchPaste = (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const picture = files.find((file) => file.type.startsWith("image/"));
    if (picture) take(picture);
  };

  button.addEventListener("click", ask, { signal: life.signal });
  document.addEventListener("paste", catchPaste, { signal: life.signal });
  return () => {
    life.abort();
    listening.delete(parentElement);
  };
}

function toBase64(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(",", 2)[1]);
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}
