// browser.mjs - Chromium for the tests of pages: windows that fail a test by what their console says.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const cache = process.env.HOLDFAST_CACHE_DIR || new URL('../../../.cache', import.meta.url).pathname;
const tools = createRequire(`${cache}/web/browser/`);
const { chromium } = tools('playwright-core');
export const axe = () => readFileSync(tools.resolve('axe-core/axe.min.js'), 'utf8');
export const typescript = tools('typescript');
export const TAKEN = (seat) => `Seat ${seat} was just taken by another customer.`;
export const pictures = process.env.WEB_PICTURES || new URL('../../../.run/web/pictures', import.meta.url).pathname;

export const DESK = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

/** A browser; each window() is a customer of his own, with his own cookies. */
export async function startBrowser() {
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
	const complaints = [];
	/** @param {object} [options] @param {RegExp} [allowed] what the console may say */
	async function open(url, options = DESK, allowed = /WebSocket|ERR_CONNECTION|404 \(|409 \(|503 \(|401 \(|403 \(|410 \(/) {
		const context = await browser.newContext(options), page = await context.newPage();
		page.setDefaultTimeout(8000);
		page.on('pageerror', (error) => complaints.push(String(error.stack)));
		page.on('console', (m) => { if (['error', 'warning'].includes(m.type()) && !allowed.test(m.text())) complaints.push(m.text()); });
		await page.goto(url);
		return page;
	}
	async function close() {
		await browser.close();
		assert.deepEqual(complaints, []);
	}
	return { open, close, browser };
}

/** A seat in the shadow of the map, by its id. */
export const seat = (page, id) => page.locator(`holdfast-seat-map [aria-label^="Seat ${id}, "], holdfast-seat-map [aria-label="Seat ${id}"]`).first();
export const toasts = (page) => page.locator('holdfast-seat-map .toast:not(.note)').allTextContents();
export const isLive = (page) => page.waitForFunction(() => document.querySelector('holdfast-seat-map')?.shadowRoot?.querySelector('.status')?.textContent === 'Live');
export async function until(check, what, ms = 5000) {
	for (const end = Date.now() + ms; ;) {
		if (await check()) return;
		assert.ok(Date.now() < end, `waited in vain: ${what}`);
		await new Promise((done) => { setTimeout(done, 20); });
	}
}
export async function picture(page, name, options = {}) {
	mkdirSync(pictures, { recursive: true });
	const roots = await page.evaluate(() => [document.documentElement, ...[...document.querySelectorAll('*')].flatMap((e) => e.shadowRoot ?? [])].map((root) => root.innerHTML));
	assert.ok(![page.url(), ...roots].some((text) => text.includes('canary')), 'a secret is on the page');
	await page.screenshot({ path: `${pictures}/${name}.png`, ...options });
}
export const plan = () => execFileSync(new URL('../../../compose/live/plan', import.meta.url).pathname, { encoding: 'utf8' });

/** What the command line names of them, or all; --list: only their names. Each has a mock of its own, if there is one. */
export async function runTests(tests, startMock) {
	const asked = process.argv.slice(2);
	let failed = 0;
	if (asked[0] === '--list') {
		console.log(Object.keys(tests).join('\n'));
		process.exit();
	}
	for (const [name, run] of Object.entries(tests)) {
		if (asked.length && !asked.includes(name)) continue;
		const mock = await startMock?.(), browser = await startBrowser(), began = Date.now();
		try {
			await run({ mock, open: browser.open });
			await browser.close();
			console.log(`ok     ${name} ${((Date.now() - began) / 1000).toFixed(1)} s`);
		} catch (error) {
			failed++;
			console.log(`FAILED ${name}\n${error.stack}`);
			await browser.browser.close();
		}
		await mock?.stop();
	}
	process.exit(failed ? 1 : 0);
}
