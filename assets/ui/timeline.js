/* Draws the figure that vidsent.charts made, moves the playhead, and seeks.

   The value is JSON: { figure: {data, layout}, dark: layout, names, moments, duration,
   label, hint }.
   Light and dark differ in the layout and in the traces whose meta is "ink" or "soft". */
(() => {
  const CONFIG = { displayModeBar: false, responsive: true, doubleClick: false, scrollZoom: false };
  const STEP_S = 1;
  const PAGE_S = 10;

  function mount(element, props, watch) {
    const [legend, stage, plot, head, stamp] = [
      ".legend", ".stage", ".plot", ".playhead", ".playhead span",
    ].map((selector) => element.querySelector(selector));
    let value = null;
    let now = 0;

    const dark = () => document.body.classList.contains("dark");
    const margin = () => value.figure.layout.margin.l;
    const width = () => Math.max(stage.clientWidth - 2 * margin(), 1);

    function draw() {
      value = props.value ? JSON.parse(props.value) : null;
      element.classList.toggle("blank", !value);
      if (!value) return Plotly.purge(plot);
      const layout = { ...(dark() ? value.dark : value.figure.layout), showlegend: false };
      const data = value.figure.data.map((trace) => painted(trace, layout.meta));
      stage.style.height = `${layout.height}px`;
      legend.replaceChildren(...value.names.map(chip), hint());
      stage.setAttribute("aria-label", value.label);
      stage.setAttribute("aria-valuemax", value.duration);
      Plotly.react(plot, data, layout, CONFIG);
      move(window.vidsent.video()?.currentTime ?? 0);
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

    function move(t_s) {
      if (!value) return;
      now = Math.min(Math.max(t_s, 0), value.duration);
      const x = margin() + (now / value.duration) * width();
      head.style.transform = `translateX(${x}px)`;
      stamp.textContent = window.vidsent.clock(now);
      const half = stamp.offsetWidth / 2;
      stamp.style.marginLeft = `${Math.min(Math.max(x, half), stage.clientWidth - half) - x}px`;
      stage.setAttribute("aria-valuenow", now.toFixed(1));
      stage.setAttribute("aria-valuetext", window.vidsent.clock(now));
    }

    function go(t_s) {
      window.vidsent.seek(Math.min(Math.max(t_s, 0), value.duration));
      move(t_s);
    }

    function timeAt(event) {
      const left = stage.getBoundingClientRect().left + margin();
      return ((event.clientX - left) / width()) * value.duration;
    }

    /* A mouse scrubs while its button is down; a finger taps, so that the page still scrolls.
       Plotly swallows the click after its own mousedown, hence capture and pointer events. */
    stage.addEventListener("pointerdown", (event) => {
      if (!value || event.pointerType !== "mouse" || event.button !== 0) return;
      stage.focus({ preventScroll: true });
      go(timeAt(event));
      const drag = (moved) => go(timeAt(moved));
      const stop = () => removeEventListener("pointermove", drag, true);
      addEventListener("pointermove", drag, true);
      addEventListener("pointerup", stop, { capture: true, once: true });
    }, true);

    let touch = null;
    stage.addEventListener("pointerdown", (event) => { touch = event; }, true);
    stage.addEventListener("pointerup", (event) => {
      const moved = touch && Math.hypot(event.clientX - touch.clientX, event.clientY - touch.clientY);
      if (value && event.pointerType !== "mouse" && moved < 10) go(timeAt(event));
    }, true);

    const KEYS = {
      ArrowLeft: () => now - STEP_S,
      ArrowRight: () => now + STEP_S,
      ArrowDown: () => now - STEP_S,
      ArrowUp: () => now + STEP_S,
      PageDown: () => now - PAGE_S,
      PageUp: () => now + PAGE_S,
      Home: () => 0,
      End: () => value.duration,
      n: () => value.moments.find((each) => each > now + 0.05) ?? now,
      p: () => value.moments.findLast((each) => each < now - 0.05) ?? now,
    };
    stage.addEventListener("keydown", (event) => {
      if (!value || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === " ") window.vidsent.toggle();
      else if (KEYS[event.key]) go(KEYS[event.key]());
      else return;
      event.preventDefault();
    });

    window.vidsent.onTime(element, move);
    new MutationObserver(() => value && draw()).observe(document.body, {
      attributes: true, attributeFilter: ["class"],
    });
    new ResizeObserver(() => {
      if (value && stage.clientWidth) Plotly.Plots.resize(plot);  // drawn while another tab was open
      move(now);
    }).observe(stage);
    watch("value", draw);
    draw();
  }

  window.vidsent.timeline = { mount };
})();
