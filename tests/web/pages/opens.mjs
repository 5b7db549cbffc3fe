// opens.mjs FILE... - how long a report takes to open: until what it says stands there and may be asked, until the hall is
// drawn, and until a seat's history is told. Milliseconds, the middle one of five; and the processor time of the page's
// thread until it may be asked, which others on the machine disturb less.
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { DESK, startBrowser } from './browser.mjs';

const middle = (list) => list.sort((a, b) => a - b)[list.length >> 1];
for (const file of process.argv.slice(2)) {
	const { open, close } = await startBrowser(), url = pathToFileURL(file).href, ready = [], spent = [], drawn = [], told = [];
	for (let n = 0; n < 5; n++) {
		const page = await open('about:blank', DESK), client = await page.context().newCDPSession(page);
		page.setDefaultTimeout(60000);
		await client.send('Performance.enable', { timeDomain: 'threadTicks' });
		const began = Date.now();
		await page.goto(url);
		await page.waitForFunction(() => document.querySelector('#proof-said')?.children.length && document.querySelector('#questions button'));
		await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
		ready.push(Date.now() - began);
		spent.push(1000 * (await client.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value);
		const asked = Date.now();
		await page.locator('#questions button').first().click();
		await page.locator('#answer h3').waitFor();
		told.push(Date.now() - asked);
		const near = Date.now();
		await page.locator('#map').scrollIntoViewIfNeeded();
		await page.waitForFunction(() => { const tiles = [...document.querySelector('#map holdfast-seat-map')?.shadowRoot.querySelectorAll('.tiles > g') ?? []]; return tiles.length && tiles.every((g) => g.firstChild); });
		drawn.push(Date.now() - near);
		await page.context().close();
	}
	await close();
	console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB, open after ${middle(ready)} ms (${Math.round(middle(spent))} ms of processor time), a question answered in ${middle(told)} ms, the hall drawn in ${middle(drawn)} ms`);
}
