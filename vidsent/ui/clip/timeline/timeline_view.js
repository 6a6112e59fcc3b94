/* Which part of the clip the timeline shows: the window that zooming and playing move.

   Times are seconds; a place is a share of the window's width, 0 at its left end. */
(() => {
  const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];
  const LEAST_S = 1; // the closest look
  const TICKS = 9;

  class View {
    constructor(duration) {
      this.duration = duration;
      this.whole();
    }

    whole() { [this.from, this.to] = [0, this.duration]; }

    get length() { return this.to - this.from; }
    get zoomed() { return this.length < this.duration - 1e-6; }

    place(t_s) { return (t_s - this.from) / this.length; }
    time(place) { return this.from + place * this.length; }
    holds(t_s) { return t_s >= this.from - 1e-6 && t_s <= this.to + 1e-6; }

    /* Show [from, to], kept within the clip and no closer than LEAST_S. */
    show(from, to) {
      const length = Math.min(Math.max(to - from, Math.min(LEAST_S, this.duration)), this.duration);
      const start = Math.min(Math.max((from + to - length) / 2, 0), this.duration - length);
      [this.from, this.to] = [start, start + length];
    }

    /* Show `factor` times as much as now; what lies at t_s stays where it is. */
    zoom(factor, t_s) {
      const length = Math.min(this.length * factor, this.duration);
      const from = t_s - this.place(t_s) * length;
      this.show(from, from + length);
    }

    pan(seconds) {
      const from = Math.min(Math.max(this.from + seconds, 0), this.duration - this.length);
      [this.from, this.to] = [from, from + this.length];
    }

    /* Turn the page when the time being played has left the window; true where it was turned. */
    follow(t_s) {
      if (!this.zoomed || this.holds(t_s)) return false;
      this.pan(t_s - this.from - 0.1 * this.length);
      return true;
    }

    /* The time axis of Plotly for this window; `clock` writes a time. */
    axis(clock) {
      const step = STEPS_S.find((each) => this.length / each <= TICKS) ?? this.length / TICKS;
      const vals = [];
      for (let t = Math.ceil(this.from / step - 1e-6) * step; t <= this.to + 1e-6; t += step) vals.push(t);
      const tenths = step < 1;
      const text = vals.map((t) => clock(t) + (tenths ? `.${Math.round((t % 1) * 10) % 10}` : ""));
      return { range: [this.from, this.to], tickvals: vals, ticktext: text };
    }
  }

  window.vidsent.View = View;
})();
