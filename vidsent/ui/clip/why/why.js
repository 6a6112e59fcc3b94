/* The card that explains a moment: asks the server for a time, and shows that it is waiting.

   A click on a moment asks for its time, the card's own button for the player's. Each question has
   a number, which its answer carries in data-asked: an older answer does not end the waiting. */
(() => {
  function mount(element, send, watch) {
    let asked = 0;
    const live = document.createElement("div"); // what a screen reader is told of an answer
    live.className = "unseen-text";
    live.setAttribute("aria-live", "polite");
    element.parentElement.append(live);

    function ask(t_s) {
      if (!Number.isFinite(t_s)) return;
      asked += 1;
      wait(true);
      send({ t: t_s, n: asked });
    }

    function wait(busy) {
      element.classList.toggle("busy", busy);
      element.setAttribute("aria-busy", String(busy));
    }

    function answered() {
      const answer = element.querySelector(".why-card");
      const number = Number(answer?.dataset.asked ?? 0); // 0: not asked for; -1: more will come
      wait(number < 0 || (number > 0 && number < asked));
      if (number > 0 && number === asked) live.textContent = answer.querySelector(".why-told").textContent;
      if (element.classList.contains("plain")) press(element.querySelector(".why-toggle"));
    }

    function press(toggle) {
      toggle?.setAttribute("aria-pressed", String(!element.classList.contains("plain")));
    }

    document.addEventListener("click", (event) => {
      const moment = event.target.closest?.("#moments [data-seek]");
      if (moment && element.isConnected) ask(Number(moment.dataset.seek));
    });
    element.addEventListener("click", (event) => {
      if (event.target.closest(".why-here")) ask(window.vidsent.video()?.currentTime);
      const toggle = event.target.closest(".why-toggle");
      if (!toggle) return;
      element.classList.toggle("plain");
      press(toggle);
    });
    watch("value", () => requestAnimationFrame(answered));
  }

  window.vidsent.why = { mount };
})();
