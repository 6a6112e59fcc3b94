/* The visitor's place in the queue, in their own words and for those who listen to the page.

   Gradio tells the place in English, among other figures, inside the cover that it lays over
   #status; that is read, and the sentence of the page's own .place takes the cover's place. */
(() => {
  const TOLD = /queue: (\d+)\/\d+/;

  function tell(status) {
    const place = status.querySelector(".place");
    if (!place) return;
    const found = TOLD.exec(status.querySelector(":scope > .wrap")?.textContent ?? "");
    const sentence = found ? place.dataset.told.replace("%", found[1]) : "";
    if (place.textContent !== sentence) place.textContent = sentence;
    status.classList.toggle("queued", Boolean(found));
  }

  function mount(element) {
    const status = element.closest("#status");
    new MutationObserver(() => tell(status)).observe(status, {
      subtree: true, childList: true, characterData: true,
    });
  }

  window.vidsent.queue = { mount };
})();
