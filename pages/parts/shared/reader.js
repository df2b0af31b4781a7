// Keeps the reader's name in this browser: never in an address, which others may be given.

const PLACE = "cnnlab-reader";

export default function ({ data, setStateValue }) {
  const kept = read();
  if (!data.made_up) {
    if (data.name !== kept) write(data.name);
  } else if (kept) {
    setStateValue("name", kept);
  } else {
    write(data.name);
  }
}

function read() {
  try {
    return localStorage.getItem(PLACE) || "";
  } catch {
    return ""; // the browser keeps nothing: the name lasts as long as its tab
  }
}

function write(name) {
  try {
    localStorage.setItem(PLACE, name);
  } catch {
    // as above
  }
}
