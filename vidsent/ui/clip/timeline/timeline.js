/* Draws the figure that the server made, moves the playhead, seeks, zooms, selects a span.

   The value is JSON: { figure: {data, layout}, dark: layout, lanes, names, moments, duration, clip,
   texts (of the subtitles' marks), tools, hint, keys, label }.
   Light and dark differ in the layout and in the traces whose meta is "ink" or "soft". */
(() => {
  const CONFIG = { displayModeBar: false, responsive: true, doubleClick: false, scrollZoom: false };
  const CLICK_PX = 5; // a pointer that moved less did not drag
  const CLOSER = 0.5;

  function mount(element, props, watch, told) {
    const { vidsent } = window;
    const [legend, tools, stage, plot, head, stamp, band] = [
      ".legend", ".tools", ".stage", ".plot", ".playhead", ".playhead span", ".selected",
    ].map((selector) => element.querySelector(selector));
    const off = vidsent.lanes.remembered();
    let [value, view, now, span, selecting] = [null, null, 0, null, false];

    const dark = () => document.body.classList.contains("dark");
    const margin = () => value.figure.layout.margin.l;
    const width = () => Math.max(stage.clientWidth - 2 * margin(), 1);
    const within = (t_s) => Math.min(Math.max(t_s, 0), value.duration);
    const left = (t_s) => margin() + view.place(t_s) * width();

    function draw() {
      const before = value;
      value = props.value ? JSON.parse(props.value) : null;
      element.classList.toggle("blank", !value);
      if (!value) return Plotly.purge(plot);
      const same = before?.clip === value.clip && before?.duration === value.duration;
      if (!same) [view, span, selecting] = [new vidsent.View(value.duration), null, false];
      legend.replaceChildren(...value.names.map(chip), hint());
      toolbar();
      stage.setAttribute("aria-label", value.label);
      stage.setAttribute("aria-valuemax", value.duration);
      paint();
      if (span) tell(); // the same span in another language
    }

    function paint() {
      const base = dark() ? value.dark : value.figure.layout;
      const layout = { ...vidsent.lanes.arrange(base, value.lanes, off), showlegend: false };
      layout.xaxis = { ...layout.xaxis, ...view.axis(vidsent.clock) };
      const data = vidsent.lanes.shown(value.figure.data, value.lanes, off);
      stage.style.height = `${layout.height}px`;
      Plotly.react(plot, data.map((trace) => written(painted(trace, base.meta))), layout, CONFIG);
      place();
    }

    function painted(trace, colors) {
      const color = trace.meta && colors[trace.meta];
      return color ? { ...trace, line: { ...trace.line, color } } : trace;
    }

    function written(trace) {
      if (!trace.text || trace.orientation !== "h") return trace;
      return vidsent.lanes.fitted(trace, value.texts, width() / view.length);
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
      item.title = value.keys;
      return item;
    }

    function toolbar() {
      const lanes = value.lanes.filter((lane) => lane.switch).map((lane) =>
        tool(lane.switch, () => flip(lane.key), !off.has(lane.key)));
      const together = document.createElement("span"); // wraps as one
      const select = tool(value.tools.select_span, () => { selecting = !selecting; toolbar(); }, selecting);
      const closer = tool("+", () => zoom(CLOSER), null, value.tools.zoom_in);
      const wider = tool("−", () => zoom(1 / CLOSER), null, value.tools.zoom_out);
      wider.disabled = !view.zoomed;
      stage.classList.toggle("selecting", selecting);
      together.append(select, closer, wider);
      tools.replaceChildren(...lanes, together);
    }

    /* A button; pressed or not where it is a switch. Making it anew must not lose the focus. */
    function tool(text, act, pressed = null, label = text) {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", textContent: text, title: label, onclick: act });
      made.setAttribute("aria-label", label);
      if (pressed !== null) made.setAttribute("aria-pressed", pressed);
      const focused = document.activeElement;
      if (tools.contains(focused) && focused.title === label) {
        requestAnimationFrame(() => made.focus());
      }
      return made;
    }

    function flip(key) {
      off.has(key) ? off.delete(key) : off.add(key);
      vidsent.lanes.remember(off);
      toolbar();
      paint();
    }

    /* The window follows the time when it runs, not when it stands still outside of it. */
    function move(t_s) {
      if (!value) return;
      const ran = Math.abs(within(t_s) - now) > 1e-3;
      now = within(t_s);
      if (ran && view.follow(now)) paint();
      else place();
    }

    function place() {
      const x = left(now);
      head.style.transform = `translateX(${x}px)`;
      head.hidden = !view.holds(now);
      stamp.textContent = vidsent.clock(now);
      const half = stamp.offsetWidth / 2;
      stamp.style.marginLeft = `${Math.min(Math.max(x, half), stage.clientWidth - half) - x}px`;
      stage.setAttribute("aria-valuenow", now.toFixed(1));
      stage.setAttribute("aria-valuetext", vidsent.clock(now));
      mark();
    }

    function go(t_s) {
      vidsent.seek(within(t_s));
      move(t_s);
    }

    function look(change) {
      change();
      toolbar();
      paint();
    }

    function zoom(factor, t_s = view.holds(now) ? now : view.time(0.5)) {
      look(() => view.zoom(factor, t_s));
    }

    function timeAt(event) {
      const from = stage.getBoundingClientRect().left + margin();
      return within(view.time((event.clientX - from) / width()));
    }

    /* The band over the selected span. */
    function mark() {
      band.hidden = !span || span[1] < view.from || span[0] > view.to;
      if (band.hidden) return;
      const [from, to] = span.map((t_s) => Math.min(Math.max(left(t_s), 0), stage.clientWidth));
      band.style.left = `${from}px`;
      band.style.width = `${Math.max(to - from, 1)}px`;
    }

    function select(from, to) {
      span = [from, to].map(within).sort((one, other) => one - other);
      mark();
    }

    function tell() {
      told({ start: span?.[0] ?? null, end: span?.[1] ?? null });
    }

    function clear() {
      if (!span && !selecting) return;
      [span, selecting] = [null, false];
      toolbar();
      mark();
      tell();
    }

    /* A mouse scrubs while its button is down, with shift or the tool it selects; a finger taps,
       so that the page still scrolls, and selects with the tool.
       Plotly swallows the click after its own mousedown, hence capture and pointer events. */
    stage.addEventListener("pointerdown", (event) => {
      if (!value || event.button !== 0) return;
      const choose = selecting || (event.shiftKey && event.pointerType === "mouse");
      const scrub = !choose && event.pointerType === "mouse";
      if (event.pointerType === "mouse") stage.focus({ preventScroll: true });
      if (scrub) go(timeAt(event));
      const from = timeAt(event);
      const drag = (moved) => (choose ? select(from, timeAt(moved)) : scrub && go(timeAt(moved)));
      const stop = (last) => {
        removeEventListener("pointermove", drag, true);
        ["pointerup", "pointercancel"].forEach((each) => removeEventListener(each, stop, true));
        const still = Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY) < CLICK_PX;
        if (choose && still) clear();
        else if (choose) tell();
        else if (!scrub && still && last.type === "pointerup") go(timeAt(last));
      };
      addEventListener("pointermove", drag, true);
      ["pointerup", "pointercancel"].forEach((each) => addEventListener(each, stop, true));
    }, true);

    stage.addEventListener("wheel", (event) => {
      if (!value) return;
      const along = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (event.ctrlKey || event.metaKey) look(() => view.zoom(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event)));
      else if (along && view.zoomed) look(() => view.pan((event.deltaX / width()) * view.length));
      else return;
      event.preventDefault();
    }, { passive: false });

    vidsent.keys.listen(stage, {
      ready: () => Boolean(value),
      now: () => now,
      duration: () => value.duration,
      moments: () => value.moments,
      go,
      toggle: vidsent.toggle,
      zoom,
      whole: () => look(() => view.whole()),
      mark: (side) => {
        const [from, to] = span ?? [0, value.duration];
        select(...(side === "start" ? [now, Math.max(to, now)] : [Math.min(from, now), now]));
        if (span[1] > span[0]) tell();
      },
      clear,
    });

    /* Buttons of the card that tells of the span. */
    const ACTS = {
      zoom: () => span && look(() => view.show(...span)),
      play: () => span && (go(span[0]), vidsent.video()?.play()),
      clear,
    };
    document.addEventListener("click", (event) => {
      const act = event.target.closest?.("[data-span-act]")?.dataset.spanAct;
      if (act && element.isConnected) ACTS[act]?.();
    });

    vidsent.onTime(element, move);
    new MutationObserver(() => value && paint()).observe(document.body, {
      attributes: true, attributeFilter: ["class"],
    });
    new ResizeObserver(() => {
      if (value && stage.clientWidth) paint(); // drawn while another tab was open, or narrower now
    }).observe(stage);
    watch("value", draw);
    draw();
  }

  window.vidsent.timeline = { mount };
})();
