// picture.mjs URL - a picture of a show that sells, once much of it is gone, with two seats of one's own.
import { isLive, picture, startBrowser, until } from './browser.mjs';

const browser = await startBrowser(), page = await browser.open(process.argv[2]);
const free = () => page.evaluate(() => [...document.querySelector('holdfast-seat-map').shadowRoot.querySelectorAll('[role=checkbox]')]
	.filter((e) => /available/.test(e.getAttribute('aria-label'))).length);
await isLive(page);
await until(async () => await free() < 380, 'much is sold', 60000);
await page.locator('#best [name=count], [name=count]').first().fill('2').catch(() => {});
await page.getByRole('button', { name: 'Find' }).click();
await page.getByRole('button', { name: 'Pay' }).waitFor();
await page.waitForTimeout(600);
await picture(page, 'live');
await browser.close();
