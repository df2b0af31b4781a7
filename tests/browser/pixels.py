"""JavaScript for a page under test: `context`, a canvas with the picture at `source` on it."""

PAINTED = """
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
"""
