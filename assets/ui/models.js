/* Draws the figures of the Models tab: the JSON {light, dark} of each follows its place. */
(() => {
  const CONFIG = { displayModeBar: false, responsive: true, doubleClick: false, scrollZoom: false };

  function mount(element, watch) {
    const dark = () => document.body.classList.contains("dark");

    function draw() {
      for (const place of element.querySelectorAll(".figure")) {
        const both = JSON.parse(place.nextElementSibling.textContent);
        const { data, layout } = both[dark() ? "dark" : "light"];
        Plotly.react(place, data, layout, CONFIG);
      }
    }

    /* The tab's first width is 0 while it is being opened; Plotly would draw its default width. */
    const later = () => requestAnimationFrame(draw);
    watch("value", later);
    new MutationObserver(draw).observe(document.body, {
      attributes: true, attributeFilter: ["class"],
    });
    later();
  }

  window.vidsent.models = { mount };
})();
