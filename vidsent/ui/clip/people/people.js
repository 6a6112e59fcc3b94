/* Moves the playhead over each person's curve, and tells what the curve says: at the pointer while
   it is over one, else at the player's time. Sends what a visitor says of who is who: `name` for a
   `track`, and the `same` person's other track, or null for all as they were found. */
(() => {
  const UNITS = 240; // width of a curve's SVG, in its own units

  function mount(element, send) {
    let now = 0;
    let pointed = null;
    let edited = null; // the track whose row is to have the focus once the rows are new

    function tell(curve, share) {
      const place = share * UNITS;
      const run = [...curve.querySelectorAll("g")].find(
        ({ dataset }) => Number(dataset.start) <= place && place < Number(dataset.end),
      );
      const reading = curve.parentElement.querySelector(".reading");
      const text = run?.querySelector("title").textContent ?? "";
      if (reading.textContent !== text) reading.textContent = text;
    }

    function move(curve) {
      const share = Math.min(Math.max(now / Number(curve.dataset.span), 0), 1);
      curve.querySelector(".mark").style.left = `${100 * share}%`;
      if (curve !== pointed) tell(curve, share);
    }

    const all = () => element.querySelectorAll(".curve").forEach(move);
    window.vidsent.onTime(element, (t_s) => { now = t_s; all(); });
    element.addEventListener("pointermove", (event) => {
      const curve = event.target.closest(".curve");
      if (curve !== pointed) { pointed = curve; all(); }
      if (!curve) return;
      const box = curve.getBoundingClientRect();
      tell(curve, (event.clientX - box.left) / box.width);
    });
    element.addEventListener("pointerleave", () => { pointed = null; all(); });

    element.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = new FormData(event.target);
      edited = event.target.closest(".person").dataset.track;
      send({ track: edited, name: given.get("name"), same: given.get("same") ?? "" });
    });
    element.addEventListener("click", (event) => {
      if (!event.target.closest(".as-found")) return;
      edited = element.querySelector(".person").dataset.track;
      send({ track: null, name: "", same: "" });
    });
    element.addEventListener("keydown", (event) => {
      const open = event.key === "Escape" && event.target.closest("details[open]");
      if (!open) return;
      open.open = false;
      open.querySelector("summary").focus();
    });
    element.addEventListener("toggle", ({ target }) => {
      if (target.open) target.querySelector("input").focus();
    }, true); // it does not bubble
    function renewed() {
      all();
      if (edited === null) return;
      const row = [...element.querySelectorAll(".person")].find(({ dataset }) => dataset.track === edited);
      row?.querySelector("summary").focus();
      edited = null;
    }
    new MutationObserver((changes) => {
      if (changes.some(({ target }) => !target.closest?.(".person"))) renewed(); // the rows are new
    }).observe(element, { childList: true, subtree: true });
    all();
  }

  window.vidsent.people = { mount };
})();
