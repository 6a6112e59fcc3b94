/* The Live tab: takes the camera's picture, sends it, and hands the answer to live_view.js.

   The next picture is taken when the last one is answered, so that nothing queues and an answer is
   never older than one way there and back. The value is JSON: { address, names, colors, places,
   texts }. The camera stops when the tab is left; while the window is hidden nothing is sent. */
(() => {
  const LONGEST = 480; // pixels of the picture that is sent
  const QUALITY = 0.8; // of its JPEG
  const GAP_MS = 66; // between two pictures at least, so that others get their turn
  const AGAIN_MS = 2000; // until a busy or silent server is asked again
  const PATIENCE_MS = 8000; // for one answer
  const RATED_MS = 3000; // over which the rate is told

  const token = () => Array.from(
    crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

  function mount(element, props, watch) {
    const [root, picture, camera, message, begin, end, rate] = [
      ".live", ".picture", "video", ".message", ".begin", ".end", ".rate",
    ].map((name) => element.querySelector(name));
    const view = window.vidsent.liveView(root);
    const canvas = document.createElement("canvas");
    const visitor = token();
    let value = null;
    let run = null; // { stream, abort, answers, waits } while the camera is on
    let told = ["invite", {}]; // key and values of the sentence over the picture

    function label() {
      value = JSON.parse(props.value);
      const text = value.texts;
      camera.setAttribute("aria-label", text.view);
      element.querySelector(".reading h3").textContent = text.now;
      element.querySelector(".minute h3").textContent = text.minute;
      element.querySelector(".private").textContent = text.private;
      [begin.textContent, end.textContent, rate.title] = [text.start, text.stop, text.rate_title];
      view.name(value);
      tell(...told);
      state();
    }

    function tell(key, values = {}) {
      told = [key, values];
      message.textContent = key ? filled(value.texts[key], values) : "";
      message.classList.toggle("error", !["", "invite", "starting"].includes(key));
    }

    function state() {
      const held = [begin, end].includes(document.activeElement);
      [begin.hidden, end.hidden] = [Boolean(run), !run];
      if (held) (run ? end : begin).focus({ preventScroll: true });
      root.classList.toggle("running", Boolean(run?.stream));
      if (!run) rate.textContent = "";
    }

    async function start() {
      if (!navigator.mediaDevices?.getUserMedia) return tell("insecure");
      const mine = run = { stream: null, abort: new AbortController(), answers: [], waits: false };
      tell("starting");
      state();
      try {
        const wanted = { width: { ideal: 640 }, aspectRatio: { ideal: 16 / 9 }, facingMode: "user" };
        const stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
        if (run !== mine) return stream.getTracks().forEach((track) => track.stop());
        mine.stream = stream;
        stream.getVideoTracks()[0].addEventListener("ended", () => run === mine && stop("lost"));
        camera.srcObject = stream;
        await camera.play();
      } catch (error) {
        return run === mine && stop(reason(error));
      }
      if (run !== mine) return;
      tell("");
      state();
      loop(mine);
    }

    function reason(error) {
      if (["NotAllowedError", "SecurityError"].includes(error.name)) return "refused";
      return ["NotFoundError", "OverconstrainedError"].includes(error.name) ? "none" : "in_use";
    }

    function stop(key = "invite") {
      const last = run;
      run = null;
      last?.stream?.getTracks().forEach((track) => track.stop());
      last?.abort.abort();
      camera.srcObject = null;
      view.forget();
      tell(key);
      state();
      fetch(value.address, { method: "DELETE", headers: { "X-Visitor": visitor }, keepalive: true }).catch(() => {});
    }

    async function loop(mine) {
      while (run === mine) {
        if (document.hidden) await shown();
        const began = performance.now();
        const taken = mine.waits ? "" : await take(); // who is in line shows nothing
        if (run !== mine) return;
        const rest = taken === null ? GAP_MS : await ask(mine, taken, began);
        await pause(Math.max(rest, GAP_MS - (performance.now() - began)));
      }
    }

    const shown = () => new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));

    function take() {
      const [width, height] = [camera.videoWidth, camera.videoHeight];
      if (!width) return null;
      const scale = Math.min(1, LONGEST / Math.max(width, height));
      [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
      canvas.getContext("2d").drawImage(camera, 0, 0, canvas.width, canvas.height);
      return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    }

    /* Sends one picture and shows the answer; gives the milliseconds to rest until the next. */
    async function ask(mine, taken, began) {
      let answer = null;
      const late = setTimeout(() => mine.abort.abort(), PATIENCE_MS);
      try {
        answer = await fetch(value.address, {
          method: "POST", body: taken, signal: mine.abort.signal,
          headers: { "X-Visitor": visitor, "Content-Type": "image/jpeg" },
        });
        const found = await answer.json();
        if (run !== mine) return 0;
        mine.waits = answer.status === 503;
        if (mine.waits) {
          tell("busy", found);
          return AGAIN_MS;
        }
        if (answer.status === 429) return GAP_MS;
        if (!answer.ok) return stop("broken") ?? 0;
        tell("");
        if (taken === "") return 0;
        view.show(found.faces, performance.now());
        count(mine, began);
        return 0;
      } catch {
        if (run !== mine) return 0;
        if (mine.abort.signal.aborted) mine.abort = new AbortController();
        if (answer?.ok) return stop("broken") ?? 0;
        tell("away");
        return AGAIN_MS;
      } finally {
        clearTimeout(late);
      }
    }

    function count(mine, began) {
      const now = performance.now();
      mine.answers = [...mine.answers.filter((each) => now - each.now < RATED_MS), { now, took: now - began }];
      const span = now - mine.answers[0].now;
      if (span < RATED_MS / 3) return;
      const took = mine.answers.map((each) => each.took).sort((one, other) => one - other);
      const values = {
        rate: ((1000 * (mine.answers.length - 1)) / span).toFixed(1),
        latency: Math.round(took[took.length >> 1]),
      };
      rate.textContent = filled(value.texts.rate, values);
    }

    camera.addEventListener("resize", () => {
      picture.style.setProperty("--ratio", camera.videoWidth / camera.videoHeight || 4 / 3);
    });
    begin.addEventListener("click", start);
    end.addEventListener("click", () => stop());
    addEventListener("pagehide", () => run && stop());
    new ResizeObserver(() => {
      if (run && !element.clientWidth) stop(); // another tab was opened
      view.draw(performance.now());
    }).observe(element);
    new MutationObserver(() => view.draw(performance.now())).observe(document.body, {
      attributes: true, attributeFilter: ["class"],
    });
    watch("value", label);
    label();
  }

  window.vidsent.live = { mount };
})();
