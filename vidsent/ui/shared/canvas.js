/* What the page's canvases are drawn with, and the plane of valence and arousal that two of them
   show. Colours of the theme are read at each drawing, so that a switch of it shows at once. */
(() => {
  const RIM = 8; // pixels between the plane's ends and the edge of its canvas

  /* A canvas as large as it is shown, cleared, in CSS pixels. */
  function pen(canvas) {
    const [width, height, ratio] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio || 1];
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.globalAlpha = 1;
    const style = getComputedStyle(canvas);
    const ink = (name) => style.getPropertyValue(name).trim();
    return { context, width, height, ink, font: `11px ${style.fontFamily}` };
  }

  function dot(context, [x, y], size, color) {
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
  }

  function line(context, from, to) {
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }

  /* Where a pair of valence and arousal, each in [-1, 1], lies on a canvas of this size. */
  function placing({ width, height }) {
    const reach = Math.min(width, height) / 2 - RIM;
    return ([valence, arousal]) => [width / 2 + valence * reach, height / 2 - arousal * reach];
  }

  /* The axes with their names, and a ring where each emotion lies. */
  function axes(tools, value) {
    const { context, width, height, ink, font } = tools;
    const at = placing(tools);
    context.strokeStyle = ink("--line");
    context.lineWidth = 1;
    line(context, at([-1, 0]), at([1, 0]));
    line(context, at([0, -1]), at([0, 1]));
    Object.assign(context, { font, fillStyle: ink("--soft"), textAlign: "right" });
    context.fillText(`${value.texts.valence} →`, width - 8, height - 8);
    context.textAlign = "left";
    context.fillText(`↑ ${value.texts.arousal}`, 8, height - 8);
    context.lineWidth = 2;
    value.places.forEach((place, label) => {
      context.strokeStyle = value.colors[label];
      context.beginPath();
      context.arc(...at(place), 4, 0, 2 * Math.PI);
      context.stroke();
    });
  }

  window.vidsent.canvas = { pen, dot, line, placing, axes };
})();
