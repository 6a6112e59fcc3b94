/* Draws the figures of the Models tab; the JSON { light, dark } of each follows its place. It is
   hidden text: Gradio warns of scripts, and does not renew what is inside a template. */
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

    /* While the tab is hidden or being opened there is no width to draw to. */
    const later = () => requestAnimationFrame(draw);
    let shown = 0;
    new ResizeObserver(() => {
      if (!shown && element.clientWidth) later();
      shown = element.clientWidth;
    }).observe(element);
    watch("value", later);
    new MutationObserver(draw).observe(document.body, {
      attributes: true, attributeFilter: ["class"],
    });
    later();
  }

  window.vidsent.models = { mount };
})();
