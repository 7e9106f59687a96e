// Passkeys in a real browser, with an authenticator that the browser itself plays.
// usage: node passkeys.mjs CHROMIUM http://ADDRESS SET-UP-LINK
import assert from "node:assert/strict";
import puppeteer from "puppeteer-core";

const [chromium, address, link] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const heading = (page) => page.$eval("h1", (element) => element.textContent.trim());
const go = (page, act) => Promise.all([page.waitForNavigation({ waitUntil: "load" }), act()]);
const [email, password] = ["ada@example.test", "four cold otters sing"];

/** A page whose device makes passkeys. */
async function open() {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const devtools = await page.createCDPSession();
  await devtools.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  };
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, devtools, authenticatorId };
}

async function signIn(page, next) {
  await page.goto(`${address}/sign-in?next=${next}`);
  await page.type("#email", email);
  await page.type("#password", password);
  await go(page, () => page.click("main form button"));
}

const complaints = [];
try {
  const { page, devtools, authenticatorId } = await open();
  // The first administrator sets the service up, and needs a second factor to come in: a passkey does.
  await page.goto(address + link);
  for (const [field, value] of Object.entries({ organisation: "Example", name: "Ada", email, password, again: password })) {
    await page.type(`#${field}`, value);
  }
  await go(page, () => page.click("main form button"));
  await signIn(page, "/account");
  assert.equal(await heading(page), "Set up a second factor");
  await go(page, () => page.click("button[data-passkey]"));
  assert.equal(await heading(page), "Keep these codes");
  const [recovery] = await page.$$eval("li.enough-code", (codes) => codes.map((code) => code.textContent));
  await go(page, () => page.click("main a.govuk-button"));
  assert.equal(await heading(page), "Your account");

  // With the password and the passkey one is in; the audit log says so, and dangerous pages take the same again.
  await go(page, () => page.click("form[action='/sign-out'] button"));
  await signIn(page, "/account/passkeys");
  assert.equal(await heading(page), "Enter your code");
  await go(page, () => page.click("button[data-passkey]"));
  assert.equal(await heading(page), "Passkeys");
  await page.goto(`${address}/prove?next=/account`);
  await page.type("#password", password);
  await go(page, () => page.click("button[data-passkey]"));
  assert.equal(await heading(page), "Your account");
  await page.goto(`${address}/prove?next=/account`);
  await page.type("#password", "not this one");
  await go(page, () => page.click("button[data-passkey]"));
  assert.match(await page.$eval(".govuk-error-summary", (box) => box.textContent), /The password is not right/);

  // A password alone does not set up another second factor beside the passkey.
  const thief = await open();
  await signIn(thief.page, "/account");
  await go(thief.page, () => thief.page.goto(`${address}/sign-in/enrol`));
  assert.equal(await heading(thief.page), "Enter your code");
  const sent = await thief.page.evaluate(async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await fetch("/sign-in/enrol", { method: "POST", headers, body: "code=123456" });
    return answer.url;
  });
  assert.match(sent, /\/sign-in\/code/);

  // The only second factor stays, and the same device makes no second passkey.
  await page.goto(`${address}/account/passkeys`);
  await go(page, () => page.click("main table button"));
  assert.match(await page.$eval(".govuk-error-summary", (box) => box.textContent), /your only second factor/);
  await page.type("#name", "The same device");
  await page.click("button[data-passkey]");
  await page.waitForFunction(() => document.querySelector("[role=status]").textContent.includes("was not used"));

  // Another device signs with a key that nobody knows here.
  const other = await open();
  await signIn(other.page, "/account");
  await other.page.click("button[data-passkey]");
  await other.page.waitForFunction(() => document.querySelector("[role=status]").textContent.includes("was not used"));
  await other.page.type("#code", recovery);
  await go(other.page, () => other.page.click("main form button"));
  assert.equal(await heading(other.page), "Your account");

  // What was signed once is of no use again: the answer of a session that has ended.
  await go(page, () => page.click("form[action='/sign-out'] button"));
  await signIn(page, "/account");
  await page.evaluate(() => {
    const { form } = document.querySelector("button[data-passkey]");
    form.submit = () => {};
  });
  await page.click("button[data-passkey]");
  await page.waitForFunction(() => document.querySelector("[name=credential]").value !== "");
  const body = await page.$eval("main form", (form) => new URLSearchParams(new FormData(form)).toString());
  const send = () =>
    page.evaluate(
      async (body) => {
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        const answer = await fetch("/sign-in/code", { method: "POST", headers, body, redirect: "manual" });
        return answer.type;
      },
      body,
    );
  assert.equal(await send(), "opaqueredirect", "the first time it opens");
  await go(page, () => page.goto(`${address}/account`));
  assert.equal(await heading(page), "Your account");
  await go(page, () => page.click("form[action='/sign-out'] button"));
  await signIn(page, "/account");
  assert.equal(await send(), "basic", "the second time it does not");

  // Without the device's word that it is the person, a passkey is refused.
  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await signIn(page, "/account");
  await page.click("button[data-passkey]");
  await page.waitForFunction(() => document.querySelector("[role=status]").textContent.includes("was not used"));
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
}
