/* The one link between the page and the player: who wants to know the time, and who sets it.

   Gradio mounts a new <video> for each result, so nothing here keeps hold of one: media events
   do not bubble, but they can be captured on the document. Anything with data-seek (seconds)
   moves the player when it is clicked; data-times (a list) goes on to the next of its times,
   data-span (seconds) makes the place of the click along the element count. */
(() => {
  const PLAYER = "#player";
  const INPUT = "#clip";
  const SIGNS = ["play", "pause", "seeking", "seeked", "timeupdate", "loadeddata", "ended"];
  const listeners = new Set();
  let frame = 0;

  const video = () => document.querySelector(`${PLAYER} video`);

  function announce() {
    const player = video();
    if (player) listeners.forEach((listener) => listener(player.currentTime, !player.paused));
  }

  function follow() {
    cancelAnimationFrame(frame);
    announce();
    const player = video();
    if (player && !player.paused && !player.ended) frame = requestAnimationFrame(follow);
  }

  function seek(t_s, show = false) {
    const player = video();
    if (!player || !Number.isFinite(t_s)) return;
    const end = Number.isFinite(player.duration) ? player.duration : t_s;
    player.currentTime = Math.min(Math.max(t_s, 0), end);
    if (show) reveal(player);
    announce();
  }

  /* Scroll to an element, or the first of a selector, unless it can be seen already. */
  function reveal(what) {
    const element = typeof what === "string" ? document.querySelector(what) : what;
    const box = element.getBoundingClientRect();
    if (box.top >= 0 && box.bottom <= innerHeight) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  function toggle() {
    const player = video();
    if (player) player.paused ? player.play() : player.pause();
  }

  function target(element, event) {
    const { seek: time, times, span } = element.dataset;
    if (span && event.detail > 0) {
      const box = element.getBoundingClientRect();
      return ((event.clientX - box.left) / box.width) * Number(span);
    }
    if (!times) return Number(time);
    const all = times.split(",").map(Number);
    const now = video()?.currentTime ?? 0;
    return all.find((each) => each > now + 0.05) ?? all[0];
  }

  SIGNS.forEach((sign) =>
    document.addEventListener(sign, (event) => event.target.closest?.(PLAYER) && follow(), true),
  );
  document.addEventListener("click", (event) => {
    const element = event.target.closest?.("[data-seek]");
    if (element) seek(target(element, event), true);
  });

  /* A clip that no browser plays can be analysed all the same, so Gradio's alarm is kept from it;
     the style tells what is the matter where the picture would be. What played and then fails was
     deleted in the meantime. */
  const players = (event) => event.target.closest?.(`${PLAYER}, ${INPUT}`);
  document.addEventListener("error", (event) => {
    if (event.target.tagName !== "VIDEO" || !players(event)) return;
    players(event).classList.add(event.target.dataset.loaded ? "expired" : "unplayable");
    event.stopPropagation();
  }, true);
  document.addEventListener("loadeddata", (event) => {
    players(event)?.classList.remove("unplayable", "expired");
    event.target.dataset.loaded = "yes";
  }, true);

  /* A browser's own recording states no length; it is found by a jump beyond the end. */
  document.addEventListener("loadedmetadata", (event) => {
    const recorded = event.target;
    if (!players(event) || recorded.srcObject || recorded.duration !== Infinity) return;
    recorded.addEventListener("durationchange", () => { recorded.currentTime = 0; }, { once: true });
    recorded.currentTime = 1e7;
  }, true);

  const pad = (number) => String(number).padStart(2, "0");
  function clock(t_s) {
    const whole = Math.floor(Math.max(t_s, 0) + 1e-6);
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
  }

  /* Index of the last entry of the sorted `times` that is not after t_s, or -1. */
  function before(times, t_s) {
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] <= t_s) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /* Calls `listener(t_s, playing)` until `element` has left the page. */
  function onTime(element, listener) {
    const each = (t_s, playing) => {
      if (element.isConnected) listener(t_s, playing);
      else listeners.delete(each);
    };
    listeners.add(each);
  }

  window.vidsent = { video, seek, reveal, toggle, clock, before, onTime, announce };
})();
