/* Moves the playhead over each person's curve, and tells what the curve says: at the pointer while
   it is over one, else at the player's time. */
(() => {
  const UNITS = 240; // width of a curve, as vidsent.ui.people.STRETCHES has it

  function mount(element) {
    let now = 0;
    let pointed = null;

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
    new MutationObserver((changes) => {
      if (changes.some(({ target }) => !target.closest?.(".person"))) all(); // the rows are new
    }).observe(element, { childList: true, subtree: true });
    all();
  }

  window.vidsent.people = { mount };
})();
