// Signing in with an account elsewhere, in a real browser, at a real provider.
// usage: node elsewhere.mjs CHROMIUM http://ADDRESS EMAIL
import assert from "node:assert/strict";
import puppeteer from "puppeteer-core";

const [chromium, address, email] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const heading = (page) => page.$eval("h1", (element) => element.textContent.trim());
const go = (page, act) => Promise.all([page.waitForNavigation({ waitUntil: "load" }), act()]);

async function fresh() {
  const context = await browser.createBrowserContext();
  return context.newPage();
}

/** Types a name at the provider, and says yes to what it asks. */
async function signInThere(page, name) {
  await page.waitForSelector("input[name=login]", { visible: true });
  await page.waitForNetworkIdle();
  await page.type("input[name=login]", name);
  await page.type("input[name=password]", "anything");
  await go(page, () => page.click("button[type=submit]"));
  await page.waitForNetworkIdle();
  if (!page.url().startsWith(address)) await go(page, () => page.click("button[type=submit]"));
  await page.waitForNetworkIdle();
}

async function come(name) {
  const page = await fresh();
  await page.goto(`${address}/account`);
  await go(page, () => page.click("a[href^='/sign-in/elsewhere']"));
  await signInThere(page, name);
  return page;
}

try {
  const page = await come(email);
  assert.equal(await heading(page), "Your account", "sign-in leads to where one wanted to go");
  const names = (await page.cookies()).map((cookie) => cookie.name);
  assert.deepEqual(names.filter((name) => name.startsWith("enough")), ["enough"], "what was remembered is forgotten");

  await page.goto(`${address}/prove?next=/account`);
  await go(page, () => page.click("a[href^='/prove/elsewhere']"));
  await signInThere(page, email);
  assert.equal(await heading(page), "Your account");
  await page.goto(`${address}/prove/elsewhere?next=/account`);
  await signInThere(page, "somebody.else@demonstration.example");
  assert.equal(await heading(page), "Show again who you are");

  for (const stranger of ["stranger@elsewhere.example", `unverified.${email}`]) {
    const other = await come(stranger);
    assert.equal(await heading(other), "Sign in");
    assert.match(await other.$eval(".govuk-error-summary", (box) => box.textContent), /opens nothing here/);
  }
  const forged = await fresh();
  const answer = await forged.goto(`${address}/sign-in/elsewhere/back?state=a&code=b`);
  assert.equal(answer.status(), 400);
} finally {
  await browser.close();
}
