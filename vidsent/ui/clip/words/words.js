/* Marks the line of the transcript that is being said, and keeps it in sight of its own list. */
(() => {
  function mount(element) {
    let current = null;

    window.vidsent.onTime(element, (t_s, playing) => {
      const rows = [...element.querySelectorAll(".row")];
      const said = rows.findLast(({ dataset }) => dataset.from <= t_s && t_s < dataset.to) ?? null;
      if (said === current && (!said || said.classList.contains("current"))) return;
      rows.forEach((row) => row.classList.toggle("current", row === said));
      current = said;
      if (said && playing) show(said);
    });

    function show(row) {
      const list = row.parentElement;
      const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
      if (top < list.scrollTop) list.scrollTop = top;
      else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
    }
  }

  window.vidsent.words = { mount };
})();
