/* Draws the faces' boxes and their emotion over the player.

   The layer lies inside the player's own wrapper, which Gradio mounts anew for every result, so
   it is looked for, and made again, at each time. Boxes come in thousandths of the picture. */
(() => {
  const WRAPPER = "#player .mirror-wrap";
  const GRAIN = 1000;
  const LONGEST_PAUSE_S = 0.6; // between two boxes of a face that are joined by a movement
  let [tracks, names, colors, inks] = [[], [], [], []];

  function set(value) {
    [tracks, names, colors, inks] = ["faces", "names", "colors", "inks"].map((key) => value?.[key] ?? []);
    document.querySelectorAll(".boxes").forEach((layer) => layer.remove());
  }

  function layer() {
    const wrapper = document.querySelector(WRAPPER);
    if (!wrapper) return null;
    const found = wrapper.querySelector(".boxes");
    if (found) return found;
    const made = document.createElement("div");
    made.className = "boxes";
    made.setAttribute("aria-hidden", "true");
    made.append(...tracks.map(box));
    return wrapper.appendChild(made);
  }

  function box() {
    const made = document.createElement("div");
    made.className = "box";
    made.append(document.createElement("span"));
    return made;
  }

  /* Where the picture lies inside the <video>, which letterboxes it. */
  function fit(player, over) {
    const [frame, wrapper] = [player.getBoundingClientRect(), over.parentElement.getBoundingClientRect()];
    const scale = Math.min(frame.width / player.videoWidth, frame.height / player.videoHeight);
    const [width, height] = [player.videoWidth * scale, player.videoHeight * scale];
    over.style.left = `${frame.left - wrapper.left + (frame.width - width) / 2}px`;
    over.style.top = `${frame.top - wrapper.top + (frame.height - height) / 2}px`;
    over.style.width = `${width}px`;
    over.style.height = `${height}px`;
  }

  function place(made, track, t_s) {
    const index = window.vidsent.before(track.times, t_s + 0.02);
    const next = Math.min(index + 1, track.times.length - 1);
    const pause = track.times[next] - track.times[index];
    const joined = pause > 0 && pause <= LONGEST_PAUSE_S;
    const late = t_s - track.times[index] > (joined ? pause : 0.25);
    made.hidden = index < 0 || late;
    if (made.hidden) return;
    const share = joined ? (t_s - track.times[index]) / pause : 0;
    const at = track.boxes[index].map((value, side) => value + share * (track.boxes[next][side] - value));
    ["left", "top", "width", "height"].forEach((side, place) => {
      made.style[side] = `${(100 * at[place]) / GRAIN}%`;
    });
    const label = track.labels[index]; // -1: too small or too blurred to read
    made.style.setProperty("--c", label < 0 ? "#9aa0a6" : colors[label]);
    made.style.setProperty("--on", label < 0 ? "#10141d" : inks[label]);
    const felt = label < 0 ? "?" : `${names[label]} ${track.shares[index]}`;
    made.firstChild.textContent = track.name ? `${track.name} · ${felt}` : felt;
  }

  function draw(t_s) {
    const [player, over] = [window.vidsent.video(), layer()];
    if (!over || !player?.videoWidth) return;
    fit(player, over);
    tracks.forEach((track, index) => place(over.children[index], track, t_s));
  }

  window.vidsent.onTime(document.body, draw);
  addEventListener("resize", () => draw(window.vidsent.video()?.currentTime ?? 0));
  window.vidsent.faceBoxes = { set };
})();
