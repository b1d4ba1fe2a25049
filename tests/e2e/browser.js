// What a run's page does in a browser. usage: node browser.js PLAYWRIGHT_CORE CHROMIUM PAGE
"use strict";
const assert = require("node:assert");
const [, , module_, executablePath, file] = process.argv;
const { chromium } = require(module_);

const address = `file://${file}`;

// What the slider is to move: bars, axis, readings, marker, interactions.
const state = (page) => page.evaluate(() => {
  const of = (selector, get) => [...document.querySelectorAll(selector)].map(get).join(" ");
  return {
    bars: of(".bars rect", (e) => e.getAttribute("height")),
    axis: of(".values text", (e) => e.textContent),
    readings: of("[data-reading]", (e) => e.textContent),
    marker: of(".now", (e) => e.getAttribute("x1")),
    effects: of(".interaction:not([hidden]) .effect", (e) => e.textContent),
    players: of(".interaction:not([hidden]) .player", (e) => e.classList.contains("on")),
    words: of("#where", (e) => e.textContent),
  };
});

const luminance = (page) => page.evaluate(() => {
  const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
  return (r + g + b) / 765;
});

const fits = (page) => page.evaluate(() =>
  document.documentElement.scrollWidth <= document.documentElement.clientWidth);

async function open(browser, options) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) page.complaints.push(request.url());
  });
  page.on("requestfailed", (request) => page.complaints.push(`failed: ${request.url()}`));
  await page.goto(address);
  return page;
}

const tests = {
  async "the slider moves everything, by keyboard"(browser) {
    const page = await open(browser);
    const last = await state(page);
    await page.focus("#checkpoint");
    await page.keyboard.press("Home");
    const first = await state(page);
    for (const part in last) assert.notEqual(first[part], last[part], `${part} stays`);
    assert.match(first.words, /^step 0/);
    await page.keyboard.press("ArrowRight");
    assert.match((await state(page)).words, /^step [1-9]/);
    await page.keyboard.press("End");
    assert.deepEqual(await state(page), last);
    assert.equal(await page.getAttribute("#checkpoint", "aria-valuetext"), last.words);
    assert.deepEqual(page.complaints, []);
  },

  // Scripts may only repeat what C has written: heights to a tenth, texts exactly.
  async "the last checkpoint is what the page shows without scripts"(browser) {
    const plain = await open(browser, { javaScriptEnabled: false });
    const read = (page) => page.locator(".values text, [data-reading], .sample .effect")
      .allTextContents();
    const heights = (page) => page.locator(".bars rect")
      .evaluateAll((bars) => bars.map((bar) => +bar.getAttribute("height")));
    const scripted = await open(browser);
    const without = (await read(plain)).sort(), with_ = (await read(scripted)).sort();
    const different = with_.map((text, i) => [text, without[i]]).filter(([a, b]) => a !== b);
    assert.equal(different.length, 0, different.slice(0, 8).join("; "));
    const pairs = (await heights(scripted)).map((h, i) => [h, i]);
    const wanted = await heights(plain);
    for (const [height, i] of pairs) assert.ok(Math.abs(height - wanted[i]) < 0.5, `bar ${i}`);
  },

  async "another scale, another sample"(browser) {
    const page = await open(browser);
    await page.focus("#checkpoint");
    await page.keyboard.press("Home");
    const own = await state(page);
    await page.check("[name=scale][value=common]");
    assert.notEqual((await state(page)).bars, own.bars);
    assert.equal(await page.locator(".sample:visible").count(), 1);
    await page.check("[name=sample][value='1']");
    assert.equal(await page.locator(".sample:visible").getAttribute("id"), "sample-1");
    assert.deepEqual(page.complaints, []);
  },

  async "it plays and stops"(browser) {
    const page = await open(browser);
    await page.click("#play");
    assert.match((await state(page)).words, /^step 0/);
    await page.waitForFunction(() => document.getElementById("checkpoint").value === "1");
    await page.click("#play");
    assert.equal(await page.textContent("#play"), "Play");
  },

  async "every control can be reached and has a name"(browser) {
    const page = await open(browser);
    const seen = [];
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      const id = await page.evaluate(() => document.activeElement.id
        || document.activeElement.getAttribute("name") || document.activeElement.tagName);
      seen.push(id);
      if (id === "scale") {
        const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
        assert.equal(ring, "solid");
      }
    }
    const order = ["play", "checkpoint", "scale", "sample"].map((id) => seen.indexOf(id));
    assert.ok(order.every((at, i) => at >= 0 && (i === 0 || at > order[i - 1])), seen.join(" "));
    const nameless = await page.evaluate(() => [...document.querySelectorAll("input,button")]
      .filter((e) => !(e.labels?.length || e.textContent)).length);
    assert.equal(nameless, 0);
  },

  async "dark, light, narrow"(browser) {
    assert.ok(await luminance(await open(browser, { colorScheme: "light" })) > 0.9);
    assert.ok(await luminance(await open(browser, { colorScheme: "dark" })) < 0.2);
    const page = await open(browser, { viewport: { width: 360, height: 740 } });
    assert.ok(await fits(page), "the page is wider than a phone");
  },

  async "it can be read without scripts"(browser) {
    const page = await open(browser, { javaScriptEnabled: false });
    assert.equal(await page.locator("#checkpoint:visible, fieldset:visible").count(), 0);
    const n = await page.locator(".sample").count();
    assert.ok(n > 1);
    assert.equal(await page.locator(".sample:visible").count(), n);
    for (const id of ["overview", "checkpoints", "claims", "configuration"])
      assert.ok(await page.locator(`#${id}`).isVisible(), id);
    assert.deepEqual(page.complaints, []);
  },

  async "it prints, dark or not"(browser) {
    const page = await open(browser, { colorScheme: "dark" });
    const pdf = await page.pdf({ format: "A4" });
    assert.ok(pdf.length > 20000, `${pdf.length} bytes`);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("#checkpoint:visible, fieldset:visible").count(), 0);
    assert.ok(await page.locator("#where").isVisible());
    assert.ok(await luminance(page) > 0.9, "paper is white");
  },
};

(async () => {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test(browser);
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}\n${error.message}`);
    }
  }
  await browser.close();
  process.exit(failed ? 1 : 0);
})();
