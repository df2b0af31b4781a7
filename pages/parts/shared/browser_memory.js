// Keeps in this browser how far its reader came in the lessons, and what was guessed.

const PLACE = "cnnlab-lessons";

export default function ({ data, setStateValue }) {
  try {
    const kept = localStorage.getItem(PLACE) || "{}";
    if (!data.loaded) setStateValue("kept", kept);
    else if (data.memory !== kept) localStorage.setItem(PLACE, data.memory);
  } catch {
    // the browser keeps nothing: what was done lasts as long as its tab
  }
}
