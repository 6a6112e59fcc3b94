/* What the keys do while the timeline has the focus.

   `at` offers: now(), duration(), moments(), go(t_s), toggle(), zoom(factor), whole(), mark(side),
   clear(). Left and right go from moment to moment; where there is none, by a second. */
(() => {
  const [STEP_S, PAGE_S, CLOSE_S] = [1, 10, 0.05];

  function moment(at, forward) {
    const [now, all] = [at.now(), at.moments()];
    const found = forward
      ? all.find((each) => each > now + CLOSE_S)
      : all.findLast((each) => each < now - CLOSE_S);
    if (found !== undefined) return found;
    return all.length ? now : now + (forward ? STEP_S : -STEP_S);
  }

  const KEYS = {
    ArrowLeft: (at, event) => at.go(event.shiftKey ? at.now() - STEP_S : moment(at, false)),
    ArrowRight: (at, event) => at.go(event.shiftKey ? at.now() + STEP_S : moment(at, true)),
    ArrowDown: (at) => at.go(at.now() - STEP_S),
    ArrowUp: (at) => at.go(at.now() + STEP_S),
    PageDown: (at) => at.go(at.now() - PAGE_S),
    PageUp: (at) => at.go(at.now() + PAGE_S),
    Home: (at) => at.go(0),
    End: (at) => at.go(at.duration()),
    " ": (at) => at.toggle(),
    i: (at) => at.mark("start"),
    o: (at) => at.mark("end"),
    "+": (at) => at.zoom(0.5),
    "=": (at) => at.zoom(0.5), // the same key without shift
    "-": (at) => at.zoom(2),
    0: (at) => at.whole(),
    Escape: (at) => at.clear(),
  };

  function listen(stage, at) {
    stage.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key] || !at.ready()) return;
      KEYS[event.key](at, event);
      event.preventDefault();
    });
  }

  window.vidsent.keys = { listen };
})();
