// Keeps a secret in this browser that proves what was started from it: never in an address, which
// others may be given.

const PLACE = "cnnlab-reader-key";

export default function ({ data, setStateValue }) {
  try {
    const kept = localStorage.getItem(PLACE);
    if (!kept) localStorage.setItem(PLACE, data.key);
    else if (kept !== data.key) setStateValue("key", kept);
  } catch {
    // the browser keeps nothing: the secret lasts as long as its tab
  }
}
