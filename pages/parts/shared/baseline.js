// Keeps in this browser which run the others are held against.

const PLACE = "cnnlab-baseline";

export default function ({ data, setStateValue }) {
  try {
    const kept = localStorage.getItem(PLACE) || "";
    if (data.chosen) localStorage.setItem(PLACE, data.run);
    else if (kept !== data.run) setStateValue("run", kept);
  } catch {
    // the browser keeps nothing: the choice lasts as long as its tab
  }
}
