// What is wrong with a page's layout: words cut off, anything wider than the window.
() => {
  const main = document.querySelector("[data-testid=stMain]");
  const wrong = [];
  if (document.scrollingElement.scrollWidth > window.innerWidth + 1) wrong.push("the page scrolls sideways");
  if (main.scrollWidth > main.clientWidth + 1) wrong.push("the content scrolls sideways");
  const hides = (element) => {
    const style = getComputedStyle(element);
    return ["hidden", "clip"].includes(style.overflowX);
  };
  const hidden = (element) => {
    const box = element.getBoundingClientRect();
    const quiet = box.width <= 2 || box.height <= 2;
    return quiet || getComputedStyle(element).visibility === "hidden";
  };
  const roots = [main];
  for (const element of main.querySelectorAll("*")) if (element.shadowRoot) roots.push(element.shadowRoot);
  for (const root of roots) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const words = node.textContent.trim();
      const parent = node.parentElement;
      if (!words || !parent || parent.closest("style, script, canvas, svg, [data-testid=stDataFrame]")) continue;
      if (hidden(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (!box.width) continue;
      for (let up = parent; up && up !== main; up = up.parentElement ?? up.getRootNode().host) {
        const style = getComputedStyle(up);
        if (["auto", "scroll"].includes(style.overflowX)) break;
        const edge = up.getBoundingClientRect();
        if (edge.width <= 2 || edge.height <= 2) break; // for screen readers alone
        if (hides(up) && (box.right > edge.right + 1.5 || box.left < edge.left - 1.5)) {
          wrong.push(`cut: "${words.slice(0, 60)}"`);
          break;
        }
      }
    }
  }
  return [...new Set(wrong)];
}
