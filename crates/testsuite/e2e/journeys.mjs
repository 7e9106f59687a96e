// The main journeys in a real browser: at 1280 and 320 px, with and without JavaScript, by keyboard.
// usage: node journeys.mjs CHROMIUM http://ADDRESS EMAIL PASSWORD; exit 1 says what went wrong.
import assert from "node:assert/strict";
import puppeteer from "puppeteer-core";

const [chromium, address, email, password] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: chromium,
  args: [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
  ],
});

/** A page that fails the test when it asks anybody else for anything, or when its browser complains. */
async function open(width, scripts) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width, height: 900 });
  await page.setJavaScriptEnabled(scripts);
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    const own = host === new URL(address).host || protocol === "data:" || protocol === "blob:";
    if (!own) complaints.push(`a page asks for ${request.url()}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("status of 400")) complaints.push(message.text());
  });
  return page;
}

const complaints = [];
const text = (page, selector) => page.$eval(selector, (element) => element.textContent.trim());

/** Picks neighbourhoods on the map: one by clicking, others by a line round them. */
async function pick(page) {
  await page.waitForSelector("#map-pick[data-drawn] canvas", { timeout: 60_000 });
  const canvas = await page.$("#map-pick canvas");
  await canvas.scrollIntoView();
  const { x, y, width, height } = await canvas.boundingBox();
  const click = (across, down) => page.mouse.click(x + width * across, y + height * down, { delay: 50 });
  const codes = () => page.$eval("#codes", (field) => field.value.split("\n").filter(Boolean));
  const until = (count) => page.waitForFunction((count) => document.querySelector("#codes").value.split("\n").filter(Boolean).length >= count, {}, count);
  // Tiles come after the map.
  while ((await codes()).length === 0) {
    await click(0.5, 0.45);
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.match((await codes())[0], /^E01\d{6}$/);
  await page.click("#map-pick button");
  for (const [across, down] of [[0.3, 0.3], [0.8, 0.3], [0.8, 0.8], [0.3, 0.8]]) await click(across, down);
  await page.click("#map-pick button");
  await until(2);
  assert.equal(new Set(await codes()).size, (await codes()).length, "each is there once");
}

/** Follows a link or sends a form, and waits for the page that comes. */
async function go(page, act) {
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), act()]);
  // Nothing may have to be scrolled sideways but what scrolls by itself. Without scripts it cannot be asked.
  if (page.isJavaScriptEnabled()) {
    const [wide, seen] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(wide <= seen, `${page.url()} is ${wide} px wide in ${seen}`);
  }
}

async function family(width, scripts) {
  const page = await open(width, scripts);
  await go(page, () => page.goto(`${address}/`));
  // By keyboard: the first stop leads past the navigation.
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), "Skip to main content");
  await page.focus("#q");
  await page.keyboard.type("st a");
  await go(page, () => page.keyboard.press("Enter"));
  assert.equal(await text(page, "h1"), "St Aidan", "the only one of that name opens");
  assert.match(await text(page, ".govuk-body-l"), /places for [\d,]+ in every 100 within a 15-minute walk/);
  await go(page, () => page.click("main table a[href^='/settings/']"));
  assert.match(await text(page, "dl"), /Places/);
}

async function view(width, scripts) {
  const page = await open(width, scripts);
  await go(page, () => page.goto(`${address}/sufficiency`));
  await page.$eval("#minutes", (field) => field.select());
  await page.type("#minutes", "ten");
  await go(page, () => page.click("form.enough-choices button"));
  assert.match(await text(page, ".govuk-error-summary"), /Enter minutes as a whole number from 1 to 60/);
  assert.equal(await page.$eval("#minutes", (field) => field.value), "ten", "what was typed stays");
  await page.$eval("#minutes", (field) => field.select());
  await page.type("#minutes", "10");
  await page.select("#kind", "lsoa");
  await go(page, () => page.click("form.enough-choices button"));
  assert.match(await text(page, ".govuk-body-l"), /within a 10-minute walk/);
  if (scripts) {
    await page.waitForSelector("#map-view[data-drawn] canvas", { timeout: 60_000 });
    assert.equal(await page.$eval("#map-view > a", (picture) => picture.hidden), true);
  } else {
    assert.ok(await page.$eval("#map-view img", (picture) => picture.naturalWidth > 0), "the picture is there");
  }
  const rows = await page.$$eval("main tbody tr", (list) => list.length);
  assert.ok(rows > 10, `the table has ${rows} rows`);
  await page.select("#map", "off");
  await go(page, () => page.click("form.enough-choices button"));
  assert.equal(await page.$("#map-view"), null);
  assert.equal(await page.$$eval("main tbody tr", (list) => list.length), rows, "nothing is lost without the map");
}

async function work(width, scripts) {
  const page = await open(width, scripts);
  await go(page, () => page.goto(`${address}/patches/new`));
  assert.equal(await text(page, "h1"), "Sign in");
  await page.type("[name=email]", email);
  await page.type("[name=password]", password);
  await go(page, () => page.keyboard.press("Enter"));
  assert.equal(await text(page, "h1"), "Make a patch", "sign-in leads back");
  const name = `Round at ${width} px${scripts ? "" : " without scripts"}`;
  await page.type("#name", name);
  if (scripts) await pick(page);
  await page.focus("[name=ward]");
  await page.keyboard.press("Space");
  await go(page, () => page.click("main form button[type=submit]"));
  assert.equal(await text(page, "h1"), name);
  await go(page, () => page.goto(`${address}/settings`));
  await go(page, () => page.click("main table a[href^='/settings/']"));
  await go(page, () => page.click("a[href^='/notes?setting=']"));
  await go(page, () => page.click("a[href^='/notes/new']"));
  await go(page, () => page.click("main form button[type=submit]"));
  assert.match(await text(page, ".govuk-error-summary"), /Write the note/);
  await page.type("#text", "They mean to close in July");
  await go(page, () => page.click("main form button[type=submit]"));
  assert.equal(await text(page, ".enough-text"), "They mean to close in July");
  await go(page, () => page.goto(`${address}/sufficiency?minutes=20`));
  await go(page, () => page.click("form[action='/administration/jobs/assess'] button"));
  for (let looks = 0; (await text(page, "dl strong")) !== "Done"; looks += 1) {
    assert.ok(looks < 100, "the job ends");
    await new Promise((done) => setTimeout(done, 200));
    await go(page, () => page.goto(page.url()));
  }
  assert.match(await text(page, "dl"), /within a 20-minute walk/);
  await go(page, () => page.click("form[action='/sign-out'] button"));
  await go(page, () => page.goto(`${address}/patches`));
  assert.equal(await text(page, "h1"), "Sign in");
}

try {
  for (const [width, scripts] of [[1280, true], [320, true], [1280, false]]) {
    for (const journey of [family, view]) await journey(width, scripts);
  }
  // Last: it changes the answer that everybody sees.
  for (const [width, scripts] of [[1280, true], [320, false]]) await work(width, scripts);
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
}
