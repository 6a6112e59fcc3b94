/* The Library tab: the form of the question, and what a click on an answer or a clip asks for.

   The form is built once, so that what was typed stays when the language changes. */
(() => {
  function form(element, props, watch, asked) {
    const place = element.querySelector(".ask");
    let chosen = null;

    place.addEventListener("submit", (event) => {
      event.preventDefault();
      ask();
    });

    const input = place.querySelector("input[type=search]");
    const pictures = place.querySelector("input[type=checkbox]");
    const chips = place.querySelector(".facets");

    function ask() {
      asked({ query: input.value, label: chosen, pictures: pictures.checked });
    }

    function chip(text, label, colour) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "facet";
      button.textContent = text;
      if (colour) button.style.setProperty("--c", colour);
      button.setAttribute("aria-pressed", String(chosen === label));
      button.addEventListener("click", () => {
        chosen = label;
        for (const each of chips.children) each.setAttribute("aria-pressed", String(each === button));
        if (input.value.trim() || chosen) ask();
      });
      return button;
    }

    function draw() {
      if (!props.value) return;
      const told = JSON.parse(props.value);
      place.querySelector("label.query span").textContent = told.find;
      input.placeholder = told.find_hint;
      place.querySelector("button[type=submit]").textContent = told.search;
      place.querySelector(".pictures span").textContent = told.in_pictures;
      place.querySelector(".pictures").title = told.in_pictures_hint;
      chips.setAttribute("aria-label", told.any_emotion);
      chips.replaceChildren(
        chip(told.any_emotion, null, ""),
        ...told.emotions.map(({ label, name, c }) => chip(name, label, c)),
      );
    }

    watch("value", draw);
    draw();
  }

  /* Buttons with data-act; which of them, goes to the server. */
  function acts(element, acted) {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (!button) return;
      const { act, clip, own, t } = button.dataset;
      if (act === "play") wanted = Number(t);
      acted({ act, clip, own: own === "1", t: Number(t) });
    });
  }

  /* A click in the library shows a clip anew: its player is to stand at that time once it can. */
  const PATIENCE_MS = 15000;
  const SETTLED_MS = 700;
  let wanted = null;

  function land() {
    if (wanted === null) return;
    const t_s = wanted;
    wanted = null;
    const go = () => window.vidsent.seek(t_s, true);
    const loaded = (event) => event.target.closest?.("#player") && go();
    document.addEventListener("loadeddata", loaded, true);
    setTimeout(() => document.removeEventListener("loadeddata", loaded, true), PATIENCE_MS);
    setTimeout(() => window.vidsent.video()?.readyState >= 1 && go(), SETTLED_MS);
  }

  window.vidsent.library = { form, acts, land };
})();
