/* The Compare tab: draws two clips on one axis, and keeps their two players together.

   The value is JSON: { figure: {data, layout}, dark: layout, names, end (of the axis), scales
   (seconds of either clip to one of the axis), lengths, play, pause, label, hint }. */
(() => {
  const CONFIG = { displayModeBar: false, responsive: true, doubleClick: false, scrollZoom: false };
  const PLAYERS = ["#compare-a", "#compare-b"];
  const KEYS = { ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageUp: 0.1, PageDown: -0.1, Home: -1, End: 1 };
  const SLOWEST = 0.25;

  const players = () => PLAYERS.map((id) => document.querySelector(`${id} video`));

  function mount(element, props, watch) {
    const [both, legend, stage, plot, head] = [
      ".both", ".legend", ".stage", ".plot", ".playhead",
    ].map((name) => element.querySelector(name));
    let [value, now, frame] = [null, 0, 0];

    const dark = () => document.body.classList.contains("dark");
    const margin = () => value.figure.layout.margin.l;
    const width = () => Math.max(stage.clientWidth - 2 * margin(), 1);

    function draw() {
      value = props.value ? JSON.parse(props.value) : null;
      element.classList.toggle("blank", !value);
      if (!value) return Plotly.purge(plot);
      const layout = dark() ? value.dark : value.figure.layout;
      const data = value.figure.data.map((trace) => painted(trace, layout.meta));
      stage.style.height = `${layout.height}px`;
      stage.setAttribute("aria-label", value.label);
      stage.setAttribute("aria-valuemax", value.end);
      legend.replaceChildren(...value.names.map(chip), hint());
      button();
      Plotly.react(plot, data, layout, CONFIG);
      move(Math.min(now, value.end));
    }

    function painted(trace, colors) {
      const color = trace.meta && colors[trace.meta];
      return color ? { ...trace, line: { ...trace.line, color } } : trace;
    }

    function chip([name, color]) {
      const item = document.createElement("span");
      item.style.setProperty("--c", color);
      item.textContent = name;
      return item;
    }

    function hint() {
      const item = document.createElement("small");
      item.textContent = value.hint;
      return item;
    }

    function move(at) {
      now = Math.min(Math.max(at, 0), value.end);
      head.style.transform = `translateX(${margin() + (now / value.end) * width()}px)`;
      stage.setAttribute("aria-valuenow", now.toFixed(3));
    }

    function seek(at) {
      if (!value) return;
      move(at);
      players().forEach((player, index) => {
        if (player) player.currentTime = Math.min(now * value.scales[index], value.lengths[index]);
      });
    }

    /* By share of the clip the shorter one plays slower, so that both end together. */
    function toggle() {
      const there = players().filter(Boolean);
      if (there.some((player) => !player.paused)) return there.forEach((player) => player.pause());
      const longest = Math.max(...value.lengths);
      players().forEach((player, index) => {
        if (!player) return;
        const even = value.scales[0] === 1 && value.scales[1] === 1;
        player.playbackRate = even ? 1 : Math.max(SLOWEST, value.lengths[index] / longest);
        if (now * value.scales[index] < value.lengths[index]) player.play().catch(() => {});
      });
    }

    function button() {
      if (value) both.textContent = players().some((player) => player && !player.paused) ? value.pause : value.play;
    }

    /* The playhead follows whichever player plays, A before B. */
    function follow() {
      cancelAnimationFrame(frame);
      button();
      const index = players().findIndex((player) => player && !player.paused && !player.ended);
      if (!value || index < 0 || !element.isConnected) return;
      move(players()[index].currentTime / value.scales[index]);
      frame = requestAnimationFrame(follow);
    }

    function at(event) {
      const left = stage.getBoundingClientRect().left + margin();
      return ((event.clientX - left) / width()) * value.end;
    }

    /* A mouse scrubs while its button is down; a finger taps, so that the page still scrolls.
       Plotly swallows the click after its own mousedown, hence capture and pointer events. */
    let pressed = null;
    stage.addEventListener("pointerdown", (event) => {
      pressed = event;
      if (!value || event.pointerType !== "mouse" || event.button !== 0) return;
      stage.focus({ preventScroll: true });
      seek(at(event));
      const drag = (moved) => seek(at(moved));
      addEventListener("pointermove", drag, true);
      addEventListener("pointerup", () => removeEventListener("pointermove", drag, true), { capture: true, once: true });
    }, true);
    stage.addEventListener("pointerup", (event) => {
      const moved = pressed && Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY);
      if (value && event.pointerType !== "mouse" && moved < 10) seek(at(event));
    }, true);
    stage.addEventListener("keydown", (event) => {
      if (!value || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === " ") toggle();
      else if (KEYS[event.key]) seek(now + KEYS[event.key] * value.end);
      else return;
      event.preventDefault();
    });
    both.addEventListener("click", () => value && toggle());
    document.addEventListener("click", (event) => {
      const moment = event.target.closest?.("#compare-told [data-at]");
      if (moment && element.isConnected) seek(Number(moment.dataset.at));
    });
    for (const sign of ["play", "pause", "ended"]) {
      document.addEventListener(sign, (event) => event.target.closest?.(PLAYERS.join()) && follow(), true);
    }
    new MutationObserver(() => value && draw()).observe(document.body, {
      attributes: true, attributeFilter: ["class"],
    });
    new ResizeObserver(() => {
      if (!value || !stage.clientWidth) return; // another tab is open
      Plotly.Plots.resize(plot);
      move(now);
    }).observe(stage);
    watch("value", draw);
    draw();
  }

  window.vidsent.compare = { mount };
})();
