// What moves in a page: without this script it shows the last checkpoint.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const slider = document.getElementById("checkpoint");
  const where = document.getElementById("where");
  const play = document.getElementById("play");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const minus = (text) => text.replace("-", "\u2212");

  // ---- Numbers as people read them: as in html.c ----

  function number(value) {
    if (value === null || value === undefined) return "\u2013";
    const size = Math.abs(value);
    if (size >= 1000) return minus(Math.round(value).toLocaleString("en"));
    return minus(String(Number(value.toPrecision(3))));
  }
  const effectText = (value) => {
    const size = Math.abs(value);
    const digits = size < 10 ? String(Number(size.toPrecision(2))) : size.toFixed(0);
    return (value < 0 ? "\u2212" : value > 0 ? "+" : "") + digits;
  };
  const percent = (share) => (share === null ? "\u2013" : `${Math.round(100 * share)}%`);

  // ---- Spectra ----

  const svgElement = (name, attributes, text = "") => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    element.textContent = text;
    return element;
  };

  function showAxis(group, y, [low, high, tick]) {
    const { left, right } = group.dataset;
    const unit = group.querySelector(".unit");
    const decimals = Math.min(8, Math.max(0, -Math.floor(Math.log10(tick) + 1e-9)));
    group.replaceChildren();
    for (let i = Math.ceil(low / tick - 1e-9); i * tick <= high + 1e-9 * tick; i++) {
      const at = y(i * tick).toFixed(1);
      const label = i === 0 ? "0" : minus((i * tick).toFixed(decimals));
      group.append(
        svgElement("line", { class: i === 0 ? "zero" : "grid", x1: left, x2: right, y1: at, y2: at }),
        svgElement("text", { class: "tick", x: left - 8, y: +at + 5, "text-anchor": "end" }, label),
      );
    }
    group.append(unit);
  }

  // The bars stand in the order of append_bars() in html_spectra.c.
  function showBars(group, y, layers) {
    const bars = group.children;
    let next = 0;
    const place = (from, to) => {
      const top = y(Math.max(from, to));
      bars[next].setAttribute("y", top.toFixed(1));
      bars[next++].setAttribute("height", (y(Math.min(from, to)) - top).toFixed(1));
    };
    for (let k = 0; k < layers[0][0].length; k++) {
      let up = 0, down = 0;
      for (const [positive, negative] of layers) {
        place(up, up + positive[k]);
        place(down, down + negative[k]);
        up += positive[k];
        down += negative[k];
      }
    }
  }

  function showSpectra(at) {
    const common = document.querySelector("[name=scale][value=common]").checked;
    const axis = common ? data.common : data.axes[at];
    for (const group of all(".bars")) {
      const top = +group.dataset.top, bottom = +group.dataset.bottom;
      const y = (value) => bottom - ((value - axis[0]) / (axis[1] - axis[0])) * (bottom - top);
      showAxis(group.parentNode.querySelector(".values"), y, axis);
      showBars(group, y, data[group.dataset.split][at].bars);
    }
  }

  // ---- What is said in words, and where the checkpoint lies ----

  function showReadings(at) {
    const values = { ...data.train[at], gap: data.test[at].loss - data.train[at].loss };
    for (const element of all("[data-reading]")) {
      const [split, name] = element.dataset.reading.split("-");
      const value = split === "loss" ? values.gap : data[split][at][name];
      const isShare = ["gamma", "chance", "accuracy"].includes(name);
      element.textContent = isShare ? percent(value) : number(value);
    }
  }

  function phaseAt(step) {
    const i = data.phases.findIndex((phase) => phase.end === null || step <= phase.end);
    if (i < 0) return "";
    const meaning = data.phases[i].meaning;
    return ` \u00b7 phase ${i + 1}${meaning ? `: ${meaning}` : ""}`;
  }

  function showPlace(at) {
    const step = data.steps[at];
    const words = `step ${step.toLocaleString("en")}${phaseAt(step)}`;
    where.textContent = words;
    slider.setAttribute("aria-valuetext", words);
    for (const line of all(".now")) {
      const { left, right, last } = line.dataset;
      const x = +left + ((right - left) * Math.log2(step + 1)) / Math.log2(+last + 1);
      line.setAttribute("x1", x.toFixed(1));
      line.setAttribute("x2", x.toFixed(1));
    }
  }

  // ---- Samples ----

  function showInteraction(item, shown, largest) {
    item.hidden = !shown;
    if (!shown) return;
    const [set, isOr, effect, generalises] = shown;
    item.classList.toggle("or", isOr === 1);
    item.classList.toggle("and", isOr === 0);
    item.classList.toggle("for", effect >= 0);
    item.classList.toggle("against", effect < 0);
    item.classList.toggle("gen", generalises === 1);
    item.classList.toggle("rest", generalises === 0);
    item.style.setProperty("--size", (Math.abs(effect) / largest).toFixed(3));
    item.querySelector(".kind").textContent = isOr ? "OR" : "AND";
    item.querySelector(".effect b").textContent = effectText(effect);
    item.querySelector(".general").textContent =
      generalises < 0 ? "" : generalises ? "generalises" : "this network only";
    all(".player", item).forEach((player, i) => player.classList.toggle("on", (set >> i) & 1));
  }

  function showSample(article, at) {
    const checkpoint = data.samples[+article.id.slice("sample-".length)][at];
    const [v, ...interactions] = checkpoint || [null];
    article.querySelector(".probability").textContent =
      v === null ? "\u2013" : percent(1 / (1 + Math.exp(-v)));
    all(".interaction", article).forEach((item, i) =>
      showInteraction(item, interactions[i], Math.abs(interactions[0]?.[2])));
  }

  function chooseSample() {
    const chosen = document.querySelector("[name=sample]:checked");
    if (chosen)
      for (const article of all(".sample")) article.hidden = article.id !== `sample-${chosen.value}`;
  }

  // ---- Putting it together ----

  function show() {
    const at = +slider.value;
    showSpectra(at);
    showReadings(at);
    showPlace(at);
    for (const article of all(".sample")) showSample(article, at);
  }

  let timer = 0;
  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  }
  function advance() {
    slider.value = +slider.value + 1;
    show();
    if (slider.value === slider.max) stop();
  }
  function start() {
    if (slider.value === slider.max) slider.value = 0;
    play.textContent = "Stop";
    play.setAttribute("aria-pressed", "true");
    timer = setInterval(advance, 900);
    show();
  }

  if (!slider) return;
  for (const element of all(".js-only")) element.hidden = false;
  for (const element of all(".no-js")) element.hidden = true;
  for (const image of all("[data-picture]")) {
    const picture = document.getElementById(`picture-${image.dataset.picture}`);
    image.setAttribute("href", picture.getAttribute("href"));
  }
  slider.addEventListener("input", () => { stop(); show(); });
  play.addEventListener("click", () => (timer ? stop() : start()));
  for (const radio of all("[name=scale]")) radio.addEventListener("change", show);
  for (const radio of all("[name=sample]")) radio.addEventListener("change", chooseSample);
  chooseSample();
  show();
})();
