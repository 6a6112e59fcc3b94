/* Lays the lanes of the figure out again when some of them are switched off.

   A lane is { key, axis, height, title, switch }, from top to bottom, as the server lays them
   out; annotations and shapes carry the key of their lane as name. */
(() => {
  const LETTER_PX = 6.2; // of a Latin letter in a mark; a Chinese one is twice as wide
  const FEWEST = 4; // letters of a line that are worth showing
  const STORE = "vidsent-lanes-off";

  const whole = (lane) => lane.height + lane.title;

  /* The shares of the figure's height between which a lane lies, counted from below. */
  function domain(lanes, lane) {
    const total = lanes.reduce((sum, each) => sum + whole(each), 0);
    const above = lanes.slice(0, lanes.indexOf(lane)).reduce((sum, each) => sum + whole(each), 0);
    const top = above + lane.title;
    return [Math.max(0, 1 - (top + lane.height) / total), 1 - top / total];
  }

  /* `layout` with only the lanes that are not `off` (a Set of keys). */
  function arrange(layout, all, off) {
    const lanes = all.filter((lane) => !off.has(lane.key));
    const gone = all.filter((lane) => off.has(lane.key));
    const made = { ...layout };
    made.height = layout.height - gone.reduce((sum, each) => sum + whole(each), 0);
    const places = new Map(lanes.map((lane) => [lane.key, domain(lanes, lane)]));
    lanes.forEach((lane) => {
      made[lane.axis] = { ...layout[lane.axis], domain: places.get(lane.key) };
    });
    gone.forEach((lane) => { made[lane.axis] = { ...layout[lane.axis], domain: [0, 0.001] }; });
    made.annotations = (layout.annotations ?? [])
      .filter((each) => places.has(each.name))
      .map((each) => ({ ...each, y: places.get(each.name)[1] }));
    made.shapes = (layout.shapes ?? [])
      .filter((each) => places.has(each.name))
      .map((each) => moved(each, places.get(each.name)));
    return made;
  }

  /* A vertical line spans its lane; a horizontal one is its middle. */
  function moved(shape, [low, high]) {
    if (shape.x0 === shape.x1) return { ...shape, y0: low, y1: high };
    return { ...shape, y0: (low + high) / 2, y1: (low + high) / 2 };
  }

  /* `data` without the traces of the lanes that are off. */
  function shown(data, all, off) {
    const axes = all.filter((lane) => off.has(lane.key)).map((lane) => lane.axis);
    return data.filter((trace) => !axes.includes((trace.yaxis ?? "y").replace("y", "yaxis")));
  }

  const ASCII = /^[\u0020-\u007e]$/;
  const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  /* As much of `text` as `room` pixels hold, escaped for Plotly; nothing where that tells nothing. */
  function fit(text, room) {
    let [used, end] = [0, 0];
    const letters = [...text];
    while (end < letters.length) {
      const wide = ASCII.test(letters[end]) ? LETTER_PX : 2 * LETTER_PX;
      if (used + wide > room) break;
      [used, end] = [used + wide, end + 1];
    }
    if (end === letters.length) return plain(text);
    return used >= FEWEST * LETTER_PX ? `${plain(letters.slice(0, end).join("").trimEnd())}…` : "";
  }

  /* The trace of the subtitles with its texts as long as their marks are wide on the screen. */
  function fitted(trace, texts, pixelsPerSecond) {
    const text = texts.map((each, index) => fit(each, trace.x[index] * pixelsPerSecond - 2 * LETTER_PX));
    return { ...trace, text };
  }

  /* The visitor's choice outlives the page, where the browser lets it. */
  function remembered() {
    try {
      return new Set(JSON.parse(localStorage.getItem(STORE) ?? "[]"));
    } catch {
      return new Set();
    }
  }

  function remember(off) {
    try {
      localStorage.setItem(STORE, JSON.stringify([...off]));
    } catch { /* private browsing: the choice holds until the page is left */ }
  }

  window.vidsent.lanes = { arrange, shown, fitted, remembered, remember };
})();
