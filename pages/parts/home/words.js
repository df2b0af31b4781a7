// Sentences about the answers, from the answers alone: who sees the digit, and where it gets lost.

// The place of the largest probability; null where a size gave no answer.
export function bestOf(shares) {
  return shares ? shares.indexOf(Math.max(...shares)) : null;
}

// Stretches of neighboring sizes that agree, from the largest down: `{seen, top, bottom}` as places.
export function stretches(seen) {
  const found = [];
  for (let place = seen.length - 1; place >= 0; place--) {
    if (seen[place] === null) continue;
    const last = found.at(-1);
    if (last && last.seen === seen[place]) last.bottom = place;
    else found.push({ seen: seen[place], top: place, bottom: place });
  }
  return found;
}

// Where it gets lost on the way down, and every place where it is seen again: there may be several.
// `hard` is another digit to try, where every size sees this one; null for a digit nobody drew.
export function edgesOf(seen, params, word, hard) {
  const parts = stretches(seen);
  if (!parts.length) return { long: "", short: "" };
  const count = (place) => params[place].toLocaleString("en");
  const span = ({ top, bottom }) =>
    top === bottom ? count(top) : `${count(top)} to ${count(bottom)}`;
  if (parts.length === 1) {
    const next = hard && hard !== word ? ` Try ${article(hard)}.` : "";
    return parts[0].seen
      ? { long: `Every size sees it, down to ${count(0)} parameters.${next}`, short: `Every size sees it.${next}` }
      : { long: `No size sees ${article(word)} in it.`, short: "No size sees it." };
  }
  const [first, ...rest] = parts;
  const again = rest.filter((part) => part.seen);
  const where = again.map(span).join(" and at ");
  if (!first.seen) {
    const words = `The largest does not see it; right at ${where}.`;
    return { long: words, short: words };
  }
  const between = `${count(first.bottom)} and ${count(rest[0].top)}`;
  const tail = again.length ? ` Right again at ${where}.` : "";
  return {
    long: `${hard === null ? "It" : "Your digit"} gets lost between ${between} parameters.${tail}`,
    short: `Lost between ${between}.${tail}`,
  };
}

// The chosen size's answer in a line, for a wide screen and for a phone.
export function titleOf(shares, params, truth, labels) {
  const count = params.toLocaleString("en");
  const best = bestOf(shares);
  if (best === null) {
    return { long: `With ${count} parameters it gives no answer.`, short: `${count} parameters: none` };
  }
  const sure = `${Math.round(shares[best] * 100)} % sure`;
  const still = best === truth ? "still says" : "says";
  return {
    long: `With ${count} parameters it ${still} ${labels[best]}, ${sure}.`,
    short: `${count} parameters: ${article(labels[best])}, ${sure}`,
  };
}

// Such as 1.3k; on a phone 49,978 is 50k.
export function shortCount(count, phone) {
  if (count < 1000) return String(count);
  const digits = count < (phone ? 9_950 : 99_950) ? 1 : 0;
  return `${(count / 1000).toFixed(digits).replace(/\.0$/, "")}k`;
}

export function article(word) {
  if (!/^\d+$/.test(word)) return word;
  return /^(8|11|18)/.test(word) ? `an ${word}` : `a ${word}`;
}
