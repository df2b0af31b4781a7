// What several parts of pages draw with. Stands before their own scripts.

export function make(kind, name, words = "") {
  const part = document.createElement(kind);
  if (name) part.className = name;
  part.textContent = words;
  return part;
}

// Whether a color such as #12181f or rgb(18, 24, 31) is a dark one.
export function isDark(color) {
  const hex = /^\s*#(..)(..)(..)/.exec(color);
  const parts = hex
    ? hex.slice(1).map((two) => Number.parseInt(two, 16))
    : (color.match(/[\d.]+/g) ?? [255, 255, 255]).map(Number);
  return parts[0] + parts[1] + parts[2] < 380;
}
