/* The way of the clip through valence and arousal: a dot for each time, coloured by its emotion.
   A larger one is where the player is, with the last seconds behind it and marks where each
   channel would be alone. A click near the way goes to that time, another click to the next visit.

   The value is JSON: { title, names, colors, places, times, points ([valence, arousal], null where
   nothing was seen), labels (-1 there), sides, channels: [{ title, mark, points }], texts }. */
(() => {
  const BEHIND_S = 4; // of the way that is drawn behind the dot
  const GAP_S = 1.5; // between two times that no line joins
  const REACH = 14; // pixels, how near to the way a click must be
  const TOGETHER = 3; // pixels within which several times are one place
  const { pen, dot, line, placing, axes } = window.vidsent.canvas;

  function mount(element, props, watch) {
    const [title, field, ground, here, told, hint] = [
      "h3", ".field", ".ground", ".here", ".told", ".quiet",
    ].map((name) => element.querySelector(name));
    let [value, now] = [null, 0];

    function draw() {
      value = props.value ? JSON.parse(props.value) : null;
      told.replaceChildren(); // the style hides the card of an empty table
      if (!value?.points.some(Boolean)) {
        value = null;
        return;
      }
      title.textContent = value.title;
      hint.textContent = value.texts.hint;
      here.setAttribute("aria-label", value.texts.label);
      told.replaceChildren(head(), ...[value, ...value.channels].map(row));
      now = window.vidsent.video()?.currentTime ?? 0;
      drawGround();
      move(now);
    }

    function cell(tag, text, name = "") {
      const made = document.createElement(tag);
      [made.textContent, made.className] = [text, name];
      return made;
    }

    function head() {
      const made = document.createElement("tr");
      made.append(cell("td", ""), cell("th", value.texts.valence), cell("th", value.texts.arousal));
      return made;
    }

    function row(source) {
      const made = document.createElement("tr");
      const name = cell("th", source === value ? value.texts.both : source.title, source.mark ?? "all");
      made.append(name, cell("td", ""), cell("td", ""));
      return made;
    }

    /* The axes and the whole way, which time does not change. */
    function drawGround() {
      if (!value || !ground.clientWidth) return;
      const tools = pen(ground);
      const at = placing(tools);
      axes(tools, value);
      tools.context.globalAlpha = 0.3;
      value.points.forEach((point, index) => {
        if (point) dot(tools.context, at(point), 2.5, value.colors[value.labels[index]]);
      });
      tools.context.globalAlpha = 1;
      names(tools, at);
    }

    /* Each emotion's name beside its place, on the side where there is room. */
    function names({ context, width, ink }, at) {
      context.fillStyle = ink("--soft");
      value.places.forEach((place, label) => {
        const [x, y] = at(place);
        if (Math.hypot(...place) < 0.1) return; // neutral, where the axes cross
        const size = context.measureText(value.names[label]).width;
        const left = value.sides[label] < 0;
        context.textAlign = left ? "right" : "left";
        const below = !left && x + 8 + size > width;
        if (below) context.textAlign = "right";
        context.fillText(value.names[label], below ? width - 6 : x + (left ? -8 : 8), y + (below ? 17 : 4));
      });
    }

    function move(t_s) {
      now = t_s;
      if (!value) return;
      const index = Math.max(window.vidsent.before(value.times, t_s + 1e-3), 0);
      tell(index);
      if (!here.clientWidth) return;
      const tools = pen(here);
      const at = placing(tools);
      drawBehind(tools, at, index);
      const point = value.points[index];
      value.channels.forEach((channel) => drawMark(tools, at, channel, index, point));
      if (!point) return;
      dot(tools.context, at(point), 8, tools.ink("--ink"));
      dot(tools.context, at(point), 6, value.colors[value.labels[index]]);
    }

    function drawBehind({ context, ink }, at, index) {
      context.strokeStyle = ink("--ink");
      context.lineWidth = 2;
      for (let each = index; each > 0 && now - value.times[each] < BEHIND_S; each -= 1) {
        const [from, to] = [value.points[each - 1], value.points[each]];
        if (!from || !to || value.times[each] - value.times[each - 1] > GAP_S) continue;
        context.globalAlpha = 0.7 * (1 - (now - value.times[each]) / BEHIND_S);
        line(context, at(from), at(to));
      }
      context.globalAlpha = 1;
    }

    /* What a channel says by itself: a small outline, tied to the dot. */
    function drawMark({ context, ink }, at, { mark, points }, index, point) {
      if (!points[index]) return;
      const [x, y] = at(points[index]);
      Object.assign(context, { strokeStyle: ink("--soft"), fillStyle: ink("--card"), lineWidth: 1 });
      if (point) line(context, at(point), [x, y]);
      context.lineWidth = 2;
      context.strokeStyle = ink("--ink");
      context.beginPath();
      if (mark === "round") context.arc(x, y, 4, 0, 2 * Math.PI);
      else if (mark === "square") context.rect(x - 4, y - 4, 8, 8);
      else [[0, -5], [5, 4], [-5, 4]].forEach(([right, down]) => context.lineTo(x + right, y + down));
      context.closePath();
      context.fill();
      context.stroke();
    }

    function tell(index) {
      const rows = [...told.children].slice(1);
      [value, ...value.channels].forEach(({ points }, place) => {
        const point = points[index];
        [...rows[place].querySelectorAll("td")].forEach((each, axis) => {
          const text = point ? `${point[axis] < 0 ? "−" : "+"}${Math.abs(point[axis]).toFixed(2)}` : "–";
          if (each.textContent !== text) each.textContent = text;
        });
      });
    }

    /* The time to go to for a pointer there: the nearest of the way, of those at one place the
       next one after now. */
    function pick(event) {
      if (!value) return null;
      const box = here.getBoundingClientRect();
      const at = placing({ width: here.clientWidth, height: here.clientHeight });
      const away = value.points.map((point) => {
        if (!point) return Infinity;
        const [x, y] = at(point);
        return Math.hypot(x - event.clientX + box.left, y - event.clientY + box.top);
      });
      const nearest = away.reduce((least, each) => Math.min(least, each), Infinity);
      if (nearest > REACH) return null;
      const visits = value.times.filter((t_s, index) => (
        away[index] <= nearest + TOGETHER && !(away[index - 1] <= nearest + TOGETHER)
      ));
      return visits.find((t_s) => t_s > now + 0.05) ?? visits[0];
    }

    here.addEventListener("click", (event) => {
      const t_s = pick(event);
      if (t_s !== null) window.vidsent.seek(t_s);
    });
    here.addEventListener("pointermove", (event) => {
      const t_s = pick(event);
      here.style.cursor = t_s === null ? "" : "pointer";
      here.title = t_s === null ? "" : window.vidsent.clock(t_s);
    });
    new ResizeObserver(() => { drawGround(); move(now); }).observe(field);
    new MutationObserver(() => { drawGround(); move(now); }).observe(document.body, { attributeFilter: ["class"] });
    window.vidsent.onTime(element, move);
    watch("value", draw);
    draw();
  }

  window.vidsent.circumplex = { mount };
})();
