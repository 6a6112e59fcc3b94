/* The readout beside the player: what is felt, shown and said at the time being played.

   The value is JSON: { title, names, colors, times, shares (rows of seven percentages, null where
   nothing was seen), channels: [{ title, labels, shares, nothing }], starts,
   lines: [[start, end, text, color]], faces }. */
(() => {
  function mount(element, props, watch) {
    const [title, stamp, bars, channels, line] = [
      ".title", ".stamp", ".bars", ".channels", ".said",
    ].map((name) => element.querySelector(name));
    let value = null;
    let shown = null;

    function make(tag, name, text = "") {
      const made = document.createElement(tag);
      made.className = name;
      made.textContent = text;
      return made;
    }

    function bar(name, index) {
      const row = make("div", "bar");
      row.style.setProperty("--c", value.colors[index]);
      const track = make("span", "track");
      track.append(make("i", ""));
      row.append(make("span", "name", name), track, make("span", "share"));
      return row;
    }

    function draw() {
      value = props.value ? JSON.parse(props.value) : null;
      shown = null;
      window.vidsent.faceBoxes.set(value);
      bars.replaceChildren(...(value ? value.names.map(bar) : []));
      title.textContent = value?.title ?? "";
      if (value) read(window.vidsent.video()?.currentTime ?? 0);
    }

    function read(t_s) {
      if (!value) return;
      stamp.textContent = `${window.vidsent.clock(t_s)}.${Math.floor((t_s % 1) * 10)}`;
      const index = Math.max(window.vidsent.before(value.times, t_s + 1e-3), 0);
      if (index !== shown) show(index);
      say(t_s);
      shown = index;
    }

    function show(index) {
      const row = value.shares[index];
      const top = row ? Math.max(...row) : -1;
      [...bars.children].forEach((each, place) => {
        const share = row ? row[place] : 0;
        each.classList.toggle("top", share === top);
        each.querySelector("i").style.transform = `scaleX(${share / 100})`;
        each.querySelector(".share").textContent = row ? `${share}` : "";
      });
      bars.classList.toggle("unseen", !row);
      channels.replaceChildren(...value.channels.map((channel) => told(channel, index)));
    }

    function told(channel, index) {
      const row = make("p", "channel");
      const label = channel.labels[index];
      row.append(make("b", "", channel.title));
      if (label < 0) row.append(make("span", "nothing", channel.nothing));
      else {
        const text = make("span", "label", `${value.names[label]} ${channel.shares[index]} %`);
        text.style.setProperty("--c", value.colors[label]);
        row.append(text);
      }
      return row;
    }

    function say(t_s) {
      const index = window.vidsent.before(value.starts, t_s);
      const [, end, text, color] = value.lines[index] ?? [0, -1, "", ""];
      const current = t_s <= end ? text : "";
      if (line.textContent !== current) line.textContent = current;
      line.style.setProperty("--c", color);
      line.classList.toggle("silent", !current);
    }

    window.vidsent.onTime(element, read);
    watch("value", draw);
    draw();
  }

  window.vidsent.readout = { mount };
})();
