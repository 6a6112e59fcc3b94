/* Draws what the Live tab was told: boxes over the mirrored camera, bars, the way through valence
   and arousal, and the last minute. It knows neither the camera nor the server.

   A face is { id, box (x, y, width, height in thousandths), label, shares, valence, arousal };
   label is -1, and the rest is missing, while it cannot be read. */
(() => {
  const GRAIN = 1000;
  const MINUTE_MS = 60_000;
  const TRAIL_MS = 10_000;
  const MARKS_S = [60, 45, 30, 15, 0];
  const NARROW = 420; // pixels, below which not all marks have room
  const FOOT = 18; // pixels below the minute for its seconds
  const HEARD_MS = 2000; // between two words to a screen reader
  const UNREAD = "#9aa0a6";
  const { pen, dot, line, placing, axes } = window.vidsent.canvas;

  function make(tag, name, text = "") {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = text;
    return made;
  }

  function view(element) {
    const [layer, felt, bars, numbers, heard, trail] = [
      ".faces", ".felt", ".bars", ".numbers", ".heard", ".trail",
    ].map((name) => element.querySelector(name));
    const minute = element.querySelector(".minute canvas");
    let [value, focus, past, heardAt] = [null, null, [], 0];

    function name(next) {
      value = next;
      bars.replaceChildren(...value.names.map(bar));
      trail.setAttribute("aria-label", value.texts.trail);
      minute.setAttribute("aria-label", value.texts.minute_label);
      numbers.replaceChildren(...["valence", "arousal"].map((key) => {
        const row = make("p", "");
        row.append(make("span", "", value.texts[key]), make("b", ""));
        return row;
      }));
      show([], performance.now(), false);
    }

    function bar(text, index) {
      const row = make("div", "bar");
      row.style.setProperty("--c", value.colors[index]);
      const track = make("span", "track");
      track.append(make("i", ""));
      row.append(make("span", "name", text), track, make("span", "share"));
      return row;
    }

    /* Faces as answered at `now` (ms); while nothing runs the minute stands still. */
    function show(faces, now, running = true) {
      const face = chosen(faces);
      focus = face?.id ?? null;
      if (running) {
        past.push({ now, shares: face?.shares, at: face?.shares && [face.valence, face.arousal] });
        past = past.filter((each) => now - each.now <= MINUTE_MS + 1000);
      }
      box(faces);
      read(face, running);
      draw(now);
      say(face, now, running);
    }

    /* The largest face, unless the one before is about as large. */
    function chosen(faces) {
      const before = faces.find((face) => face.id === focus);
      const area = (face) => face.box[2] * face.box[3];
      return before && area(before) > 0.5 * area(faces[0]) ? before : faces[0];
    }

    function box(faces) {
      const there = new Map([...layer.children].map((each) => [Number(each.dataset.id), each]));
      faces.forEach((face) => {
        const known = there.get(face.id);
        const made = known ?? layer.appendChild(make("div", "box"));
        if (!known) {
          made.dataset.id = face.id;
          made.append(make("span", ""));
        }
        there.delete(face.id);
        const [x, y, width, height] = face.box;
        const place = [GRAIN - x - width, y, width, height]; // the picture is a mirror
        ["left", "top", "width", "height"].forEach((side, index) => {
          made.style[side] = `${(100 * place[index]) / GRAIN}%`;
        });
        made.style.setProperty("--c", face.label < 0 ? UNREAD : value.colors[face.label]);
        made.classList.toggle("focus", faces.length > 1 && face.id === focus);
        const said = face.label < 0 ? "?" : `${value.names[face.label]} ${Math.round(face.shares[face.label])}`;
        made.firstChild.textContent = said;
        made.classList.toggle("low", y < 90);
      });
      there.forEach((gone) => gone.remove());
    }

    function read(face, running) {
      const known = face?.shares;
      felt.textContent = known ? value.names[face.label] : running ? value.texts[face ? "unread" : "nobody"] : "–";
      felt.classList.toggle("quiet", !known);
      felt.style.setProperty("--c", known && face.label < 6 ? value.colors[face.label] : "var(--ink)");
      [...bars.children].forEach((row, index) => {
        const share = known ? face.shares[index] : 0;
        row.classList.toggle("top", Boolean(known) && index === face.label);
        row.querySelector("i").style.transform = `scaleX(${share / 100})`;
        row.querySelector(".share").textContent = known ? Math.round(share) : "";
      });
      bars.classList.toggle("unseen", !known);
      [face?.valence, face?.arousal].forEach((number, index) => {
        const text = known ? `${number < 0 ? "−" : "+"}${Math.abs(number).toFixed(2)}` : "–";
        numbers.children[index].lastChild.textContent = text;
      });
    }

    function say(face, now, running) {
      const text = running && face?.shares ? value.names[face.label] : "";
      if (text === heard.textContent || now - heardAt < HEARD_MS) return;
      heard.textContent = text;
      heardAt = now;
    }

    function draw(now) {
      if (!element.clientWidth || !value) return;
      drawMinute(now);
      drawTrail(now);
    }

    function drawMinute(now) {
      const { context, width, height, ink, font } = pen(minute);
      const down = height - FOOT;
      const x = (at) => width * (1 - (now - at) / MINUTE_MS);
      context.fillStyle = ink("--ground");
      context.fillRect(0, 0, width, down);
      for (const run of runs()) {
        const sums = run.map(() => 0);
        value.colors.forEach((color, label) => {
          context.beginPath();
          run.forEach((each, index) => context.lineTo(x(each.now), down * (1 - sums[index] / 100)));
          run.forEach((each, index) => { sums[index] += each.shares[label]; });
          for (let index = run.length - 1; index >= 0; index -= 1) {
            context.lineTo(x(run[index].now), down * (1 - sums[index] / 100));
          }
          context.fillStyle = color;
          context.fill();
        });
      }
      context.font = font;
      context.fillStyle = ink("--soft");
      MARKS_S.forEach((ago_s) => {
        if (ago_s % 30 && width < NARROW) return;
        const at = width * (1 - (1000 * ago_s) / MINUTE_MS);
        context.textAlign = ago_s === 60 ? "left" : ago_s ? "center" : "right";
        context.fillText(ago_s ? value.texts.ago.replace("{n}", ago_s) : value.texts.just, at, height - 4);
      });
    }

    /* Stretches of the past in which a face was read. */
    function runs() {
      const found = [];
      past.forEach((each, index) => {
        if (!each.shares) return;
        if (!past[index - 1]?.shares || each.now - past[index - 1].now > 1500) found.push([]);
        found.at(-1).push(each);
      });
      return found.filter((run) => run.length > 1);
    }

    function drawTrail(now) {
      const tools = pen(trail);
      const { context, ink } = tools;
      const at = placing(tools);
      axes(tools, value);
      const way = past.filter((each) => each.at && now - each.now <= TRAIL_MS);
      context.strokeStyle = ink("--ink");
      context.lineWidth = 2;
      way.slice(1).forEach((each, index) => {
        if (each.now - way[index].now > 1500) return;
        context.globalAlpha = 0.1 + 0.6 * (1 - (now - each.now) / TRAIL_MS);
        line(context, at(way[index].at), at(each.at));
      });
      context.globalAlpha = 1;
      const last = past.at(-1)?.at;
      if (last) dot(context, at(last), 6, ink("--ink"));
    }

    function forget() {
      [past, focus] = [[], null];
      show([], performance.now(), false);
    }

    return { name, show, draw, forget };
  }

  window.vidsent.liveView = view;
})();
