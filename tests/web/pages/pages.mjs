// pages.mjs [TEST]... - the seat map and the demo's pages in Chromium, in front of the gateway of mock.mjs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { DESK, PHONE, TAKEN, axe, isLive, picture, plan, runTests, seat, toasts, typescript, until } from './browser.mjs';
import { PAGES, houseOf, servedOf, startMock } from './mock.mjs';

const row = (letter, n, more) => Array.from({ length: n }, (_, i) => ({ seat_id: `${letter}${i + 1}`, section: 'Stalls', row: letter, pos: i + 1, rank: letter.charCodeAt(0), ...more }));
const SMALL = { layout: { seats: ['A', 'B', 'C'].flatMap((letter) => row(letter, 8, { category: letter === 'A' ? 'First' : 'Second' })) } };
const at = (mock, show = 'small') => `${mock.url}/demo/?show_id=${show}`;
const value = (page, name) => page.locator('holdfast-seat-map').evaluate((map, key) => map[key], name);

/** What a file says, without what only its readers need: a script's syntax tree, written anew; a style's rules. */
async function sayingOf(page, name, text) {
	const lines = (all) => all.split('\n').map((line) => line.trim()).filter(Boolean);
	if (name.endsWith('.css')) {
		const rules = await page.evaluate((css) => {
			const sheet = new CSSStyleSheet();
			sheet.replaceSync(css);
			return [...sheet.cssRules].map((rule) => rule.cssText);
		}, text);
		return rules.map((rule) => rule.replace(/, /g, ',')); // variables have their blanks
	}
	if (name.endsWith('.html')) return lines(text.replace(/<!--.*?-->/gs, ''));
	const tree = typescript.createSourceFile(name, text, typescript.ScriptTarget.Latest);
	assert.deepEqual(tree.parseDiagnostics, [], name);
	return lines(typescript.createPrinter({ removeComments: true }).printFile(tree));
}

const tests = {
	async what_is_served_is_what_is_written({ open }) {
		const page = await open('about:blank');
		for (const name of readdirSync(PAGES).filter((file) => /\.(js|css|html)$/.test(file))) {
			const served = servedOf(name), hash = createHash('sha256').update(served).digest('hex').slice(0, 16);
			assert.doesNotMatch(served, /^(\s|\/\/|\/\*.*\*\/$)/m, name);
			assert.deepEqual(await sayingOf(page, name, served), await sayingOf(page, name, readFileSync(PAGES + name, 'utf8')), name);
			const [said] = execFileSync(`${PAGES}embed`, [PAGES + name], { encoding: 'utf8' }).split('\n');
			assert.equal(said, `PAGE("${name}", "${hash}",`);
		}
	},

	async one_seat_two_customers({ mock, open }) {
		mock.addShow('small', SMALL);
		const [ann, ben] = [await open(at(mock)), await open(at(mock))];
		await Promise.all([isLive(ann), isLive(ben)]);
		for (const page of [ann, ben]) for (const id of ['A1', 'B2']) await seat(page, id).click();
		mock.delay = 400; // the frame overtakes the answer
		await ben.click('#hold');
		await until(async () => (await toasts(ann)).length === 2, 'two toasts', 1000);
		assert.deepEqual((await toasts(ann)).sort(), [TAKEN('A1'), TAKEN('B2')]);
		assert.deepEqual(await value(ann, 'selection'), []);
		assert.equal(await seat(ann, 'A1').getAttribute('aria-checked'), 'false');
		await ben.locator('#clock').waitFor();
		assert.deepEqual(await toasts(ben), []);
		assert.deepEqual((await value(ben, 'own')).sort(), ['A1', 'B2']);
		// Both ask for one; who is refused is told once, whether answer or frame comes first.
		for (const page of [ann, ben]) await seat(page, 'C3').click();
		await Promise.all([ann, ben].map((page) => page.evaluate(() => document.getElementById('hold').click()))); // there or not: the other may be sooner
		await until(async () => (await toasts(ann)).length + (await toasts(ben)).length === 3, 'a third toast');
		await until(async () => Boolean(await value(ann, 'held')) || (await toasts(ann)).length === 3, 'an end');
		mock.send('small', { t: 'at', o: 1000 });
		assert.equal((await toasts(ann)).length + (await toasts(ben)).length, 3);
		// What was one's own and is given back is nobody else's.
		await ben.click('#release');
		await until(async () => mock.shows.get('small').states.filter((s) => s !== '.').length <= 1, 'seats given back');
		assert.ok((await toasts(ben)).length <= 1);
	},

	async two_windows_of_one_customer({ mock, open }) {
		mock.addShow('small', SMALL);
		const one = await open(at(mock));
		await isLive(one);
		await seat(one, 'A1').click(); // it has a cookie by then
		await one.click('#hold');
		await one.locator('#clock').waitFor();
		const other = await one.context().newPage(), taken = (id) => until(async () => !['.', 'b'].includes(mock.shows.get('small').states[mock.shows.get('small').ids.indexOf(id)]), `${id} taken`);
		await other.goto(at(mock));
		await isLive(other);
		await until(async () => (await value(other, 'own')).length === 1, 'what he holds');
		for (const id of ['B1', 'B2', 'B3']) await seat(other, id).click();
		await seat(one, 'B1').click();
		mock.delay = 300; // the frame overtakes the answer
		await one.click('#hold');
		await taken('B1');
		mock.set('small', [['B2', 's']]); // and somebody else takes another one
		await until(async () => (await toasts(other)).length > 0, 'a toast');
		await until(async () => (await value(other, 'own')).length === 2, 'the other window holds it, too');
		assert.deepEqual(await toasts(other), [TAKEN('B2')]);
		assert.deepEqual((await value(other, 'selection')).sort(), ['A1', 'B1', 'B3']);
		assert.deepEqual(await toasts(one), []);
		await one.locator('#pay').click();
		await until(async () => (await value(other, 'held')) === null, 'paid in the other window');
		assert.deepEqual((await value(other, 'selection')), []);
	},

	async a_page_that_reserves_by_itself({ mock, open }) {
		mock.addShow('small', SMALL);
		const page = await open(at(mock)), set = (values) => page.locator('holdfast-seat-map').evaluate((map, all) => Object.assign(map, all) && 0, values);
		await isLive(page);
		await set({ selection: ['A1', 'A2'], pending: true });
		mock.set('small', [['A1', 'r'], ['A2', 'r'], ['A3', 's']]);
		await until(async () => (await seat(page, 'A3').getAttribute('aria-disabled')) === 'true', 'the frame');
		assert.deepEqual(await toasts(page), []); // an answer is on its way
		await set({ own: ['A1'] });
		assert.deepEqual(await toasts(page), []);
		await set({ pending: false });
		await until(async () => (await toasts(page)).length === 1, 'a toast');
		assert.deepEqual(await toasts(page), [TAKEN('A2')]);
		assert.deepEqual(await value(page, 'selection'), ['A1']);
		await set({ own: [], selection: ['A1'] }); // given back, and the frame not here yet
		assert.deepEqual(await toasts(page), [TAKEN('A2')]);
		mock.set('small', [['A1', '.']]);
		mock.set('small', [['A1', 's']]);
		await until(async () => (await toasts(page)).length === 2, 'another customer has it now');
		// What his session holds otherwise is neither told nor added to what this page chose.
		await set({ selection: ['B1', 'B2'] });
		await page.evaluate(() => {
			const post = (path, body) => fetch('/api/' + path, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
			return post('session', '{}').then(() => post('seat-reservations/reserve', '{"show_id":"small","seat_ids":["B1","B3"]}'));
		});
		mock.set('small', [['B2', 's']]);
		await until(async () => (await toasts(page)).length === 3, 'B2 is another customer\'s');
		assert.deepEqual(await toasts(page), [TAKEN('A2'), TAKEN('A1'), TAKEN('B2')]);
		assert.deepEqual(await value(page, 'selection'), ['B1']);
		assert.deepEqual(await value(page, 'own'), []);
	},

	async categories_have_the_colors_of_the_page({ mock, open }) {
		mock.addShow('small', SMALL);
		const page = await open(at(mock)), colorOf = (id) => seat(page, id).evaluate((e) => getComputedStyle(e).getPropertyValue('--c').trim());
		const give = (colors) => page.locator('holdfast-seat-map').evaluate((map, text) => map.setAttribute('category-colors', text), colors);
		await isLive(page);
		const ours = [await colorOf('A1'), await colorOf('B1')];
		assert.notEqual(ours[0], ours[1]);
		await give('{"First":"rgb(1, 2, 3)"}');
		assert.deepEqual([await colorOf('A1'), await colorOf('B1')], ['rgb(1, 2, 3)', ours[1]]);
		await give('{"First":"red; } * { display: none","Second":"#abcdef"}'); // what is no color is not taken
		assert.deepEqual([await colorOf('A1'), await colorOf('B1')], [ours[0], '#abcdef']);
		for (const none of ['', 'no JSON', 'null']) {
			await give(none);
			assert.deepEqual([await colorOf('A1'), await colorOf('B1')], ours, none);
		}
	},

	async a_click_holds_in_mode_hold({ mock, open }) {
		mock.addShow('small', SMALL);
		const page = await open(at(mock) + '&mode=hold');
		await isLive(page);
		mock.delay = 200;
		for (const id of ['A1', 'A2', 'B1']) await seat(page, id).click(); // sooner than there is an answer
		await until(async () => (await value(page, 'own')).length === 3, 'all three');
		assert.deepEqual((await value(page, 'selection')).sort(), ['A1', 'A2', 'B1']);
		await seat(page, 'A2').click();
		await until(async () => (await value(page, 'own')).length === 2, 'one less');
		assert.equal(mock.asked[0].operation, 'reserve');
		assert.deepEqual(mock.asked.at(-1).body.drop_seat_ids, ['A2']);
		for (const id of ['A1', 'B1']) await seat(page, id).click();
		await until(async () => (await value(page, 'held')) === null, 'nothing');
		assert.equal(mock.asked.at(-1).operation, 'release');
		assert.equal(new Set(mock.asked.map((a) => a.key)).size, mock.asked.length);
		assert.deepEqual(await toasts(page), []);
		await page.reload();
		await isLive(page);
		assert.deepEqual(mock.shows.get('small').states.filter((s) => s !== '.'), []);
	},

	async a_key_is_stored_before_it_is_sent({ mock, open }) {
		mock.addShow('small', SMALL);
		const page = await open(at(mock));
		await isLive(page);
		await page.evaluate(() => {
			const ask = window.fetch;
			window.fetch = (url, init) => {
				if (String(url).endsWith('/reserve')) window.stored = { slot: { ...sessionStorage }, key: init.headers['Idempotency-Key'] };
				return String(url).endsWith('/reserve') && !window.isLost ? (window.isLost = ask(url, init).then(() => Promise.reject(new Error('lost')))) : ask(url, init);
			};
		});
		await seat(page, 'A1').click();
		await page.click('#hold');
		await until(() => mock.asked.length === 2, 'the same again');
		const { slot, key } = await page.evaluate(() => window.stored);
		assert.ok(Object.values(slot).some((text) => JSON.parse(text).key === key));
		assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
		assert.equal(mock.asked[0].key, mock.asked[1].key);
	},

	async a_phone({ mock, open }) {
		mock.addShow('opera', houseOf(plan()));
		const page = await open(at(mock, 'opera'), PHONE), map = page.locator('holdfast-seat-map');
		await isLive(page);
		await picture(page, 'phone-whole');
		const box = await map.boundingBox(), middle = [box.x + box.width / 2, box.y + box.height * .36];
		await page.touchscreen.tap(...middle); // too small to hit: it comes nearer
		await until(() => map.evaluate((m) => m.shadowRoot.querySelector('.house').clientWidth > innerWidth), 'nearer');
		assert.deepEqual(await value(page, 'selection'), []);
		const free = await map.evaluate((m) => [...m.shadowRoot.querySelectorAll('path[role=checkbox][aria-disabled=false]')]
			.map((e) => e.getBoundingClientRect()).filter((r) => r.left > 20 && r.right < innerWidth - 90 && r.top > 150 && r.bottom < 520)
			.slice(0, 2).map((r) => [r.x + r.width / 2, r.y + r.height / 2, r.width]));
		assert.ok(free[0][2] >= 20, 'seats are large enough for a finger');
		for (const [x, y] of free) await page.touchscreen.tap(x, y);
		await until(async () => (await value(page, 'selection')).length === 2, 'two seats');
		await page.tap('#hold');
		await page.locator('#clock').waitFor();
		await picture(page, 'phone-hold');
		assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), 'nothing is wider than the screen');
		await page.setViewportSize({ width: 320, height: 568 });
		assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), 'nor at 320 px');
		assert.ok((await map.boundingBox()).height >= 300);
		await picture(page, 'phone-320');
	},

	async a_keyboard_alone({ mock, open }) {
		mock.addShow('small', { ...SMALL, areas: [['Floor', 5, 5]] });
		const page = await open(at(mock)), active = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute('aria-label'));
		await isLive(page);
		await page.keyboard.press('Tab'); // home
		for (let n = 0; n < 4 && !(await active())?.startsWith('Seat'); n++) await page.keyboard.press('Tab');
		assert.match(await active(), /^Seat A1, /);
		for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', ' ', 'ArrowLeft', 'Enter', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
		assert.match(await active(), /^Seat A2, /);
		assert.deepEqual(await value(page, 'selection'), ['B3', 'B2']);
		await picture(page, 'keyboard');
		await page.keyboard.press(' ');
		await page.keyboard.press(' '); // and not
		await page.keyboard.press('Tab');
		assert.equal((await active())?.startsWith('Seat'), false); // one stop for all seats
		for (let n = 0; n < 9 && !(await active())?.includes('Floor: one more'); n++) await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		assert.deepEqual(await value(page, 'areas'), { Floor: 1 });
		for (let n = 0; n < 9 && await page.evaluate(() => document.activeElement?.id !== 'hold'); n++) await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await page.locator('#clock').waitFor();
		assert.deepEqual(mock.asked[0].body, { show_id: 'small', seat_ids: ['B3', 'B2'], areas: [{ area_id: 'Floor', count: 1 }] });
	},

	async what_a_screen_reader_is_told({ mock, open }) {
		mock.addShow('opera', houseOf(plan()));
		const page = await open(at(mock, 'opera')), said = async () => page.locator('holdfast-seat-map').ariaSnapshot();
		await isLive(page);
		assert.equal(await page.getByRole('checkbox').count(), 600);
		await page.getByRole('checkbox', { name: 'Seat H14, Stalls, Premium, available' }).click();
		assert.ok(await page.getByRole('checkbox', { name: /^Seat H14,/, checked: true }).isVisible());
		assert.match(await said(), /group "Seat map: The Magic Flute"/);
		assert.match(await said(), /group "Stalls, Row G"/);
		assert.match(await said(), /checkbox "Seat G1, Stalls, Standard, wheelchair place, (sold|held|available)/);
		assert.match(await said(), /checkbox "Seat N9, Circle, Premium, presale"|checkbox "Seat N12, Circle, Premium, presale" \[disabled\]/);
		assert.match(await said(), /status: (● )?Live/);
		mock.set('opera', [['H14', 'r']]);
		await page.getByRole('alert').getByText(TAKEN('H14')).waitFor();
		assert.match(await said(), /checkbox "Seat H14, Stalls, Premium, held by another customer" \[disabled\]/);
	},

	async axe_finds_nothing({ mock, open }) {
		mock.addShow('opera', houseOf(plan()));
		for (const [name, options] of [['desk', DESK], ['phone', PHONE]]) for (const colorScheme of ['light', 'dark']) {
			const page = await open(at(mock, 'opera'), { ...options, colorScheme, reducedMotion: 'reduce' });
			await isLive(page);
			await page.getByRole('checkbox', { name: /, available$/ }).nth(40 + mock.asked.length).evaluate((e) => e.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true })));
			await page.locator('#hold').click();
			await page.locator('#clock').waitFor();
			const found = await page.evaluate(`${axe()}; axe.run(document, { resultTypes: ['violations']${(name === 'desk') === (colorScheme === 'light') ? '' : ", runOnly: ['color-contrast']"} })`);
			assert.deepEqual(found.violations.map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html + n.failureSummary)]), [], `${name} ${colorScheme}`);
			await picture(page, `${name}-${colorScheme}`);
			await page.context().close();
		}
	},

	async names_of_others_are_text({ mock, open }) {
		const evil = '<img src=x onerror="window.hacked=1">';
		mock.addShow('small', { layout: { seats: [...row('A', 3, { section: evil, category: evil, flags: [evil] }), { seat_id: evil }] }, show: { title: evil }, areas: [[evil, 1, 2]] });
		const page = await open(at(mock));
		await isLive(page);
		await page.locator('holdfast-seat-map li[role=checkbox]').click();
		await seat(page, 'A1').hover();
		await page.click('#hold');
		await page.locator('#clock').waitFor();
		assert.equal(await page.title(), evil);
		assert.ok((await page.locator('holdfast-seat-map .tip').textContent()).includes('<img'));
		assert.equal(await page.evaluate(() => document.images.length + document.querySelector('holdfast-seat-map').shadowRoot.querySelectorAll('img').length), 0);
		await page.goto(mock.url);
		await page.locator('.card').waitFor();
		assert.equal(await page.evaluate(() => document.images.length), 0);
		assert.equal(await page.evaluate(() => window.hacked), undefined);
	},

	async a_line_that_is_cut({ mock, open }) {
		const show = mock.addShow('small', SMALL), page = await open(at(mock));
		const status = () => page.locator('holdfast-seat-map .status').textContent(), viewer = () => mock.viewers()[0];
		const taken = (id) => until(async () => (await seat(page, id).getAttribute('aria-disabled')) === 'true', `${id} taken`, 9000);
		await isLive(page);
		await seat(page, 'A2').click();
		mock.refuse = true;
		mock.cut('small');
		await until(async () => /Reconnecting/.test(await status()), 'it says so', 1000);
		mock.set('small', [['A1', 's'], ['A2', 's']]);
		mock.refuse = null;
		await taken('A1');
		await isLive(page);
		assert.match(viewer().query.get('since'), /^9f3a11c20b7d4e55:\d+$/);
		assert.equal(viewer().query.get('layout'), show.hash);
		assert.deepEqual(await toasts(page), [TAKEN('A2')]);
		// Sent away for a while: not sooner, and then at once.
		for (const code of [1012, 1013]) {
			const began = Date.now();
			mock.cut('small', code, 'retry=1200');
			await until(() => !mock.viewers().length, 'gone');
			await until(() => mock.viewers().length === 1, 'back');
			assert.ok(Date.now() - began >= 1150 && Date.now() - began < 2500, `back after ${Date.now() - began} ms`);
		}
		// Another epoch, another layout: all of it anew, and the selection stays.
		await isLive(page);
		await seat(page, 'B2').click();
		mock.shows.delete('small');
		mock.addShow('small', { layout: { seats: [...SMALL.layout.seats, ...row('D', 8)] } }).epoch = '00000000000000aa';
		for (const old of show.viewers) old(null);
		await seat(page, 'D1').waitFor({ timeout: 40000 }); // it waits longer after each cut, by chance
		assert.deepEqual(await value(page, 'selection'), ['B2']);
	},

	async where_websockets_do_not_pass({ mock, open }) {
		mock.addShow('small', SMALL);
		mock.hasNoWebSockets = true;
		const page = await open(at(mock));
		await isLive(page);
		assert.equal(mock.viewers()[0].isPlain, true);
		mock.set('small', [['A1', 'r']]);
		await until(async () => (await seat(page, 'A1').getAttribute('aria-disabled')) === 'true', 'a frame by SSE');
	},

	async what_a_visitor_loads_stays_small({ mock, open }) {
		mock.addShow('small', SMALL);
		const page = await open('about:blank'), loaded = new Map();
		page.on('response', async (answer) => {
			const name = new URL(answer.url()).pathname;
			if (!name.startsWith('/api/')) loaded.set(name, (await answer.body()).length);
		});
		await page.goto(at(mock));
		await isLive(page);
		await until(() => loaded.size >= 6, 'all of it');
		loaded.set('/demo/icon.svg', servedOf('icon.svg').length); // of which a browser without a window has no need
		const bytes = [...loaded.values()].reduce((a, b) => a + b);
		assert.ok(bytes < 40000, `${bytes} bytes, ${[...loaded]}`);
	},

	async a_show_that_is_not_there({ mock, open }) {
		const page = await open(at(mock, 'nothing'));
		await page.getByText('There is no such show.').waitFor();
	},

	async a_hold_to_the_end({ mock, open }) {
		mock.addShow('small', { ...SMALL, states: [...'........b...............'], show: { hold_seconds: 600, max_hold_seconds: 1800, title: 'An evening' } });
		const page = await open(at(mock), { ...DESK, timezoneId: 'Asia/Tokyo' });
		await isLive(page);
		await page.fill('#best [name=count]', '3');
		await page.click('#best button');
		await page.locator('#clock').waitFor();
		assert.match(await page.textContent('#clock'), /^(10:00|9:5\d)$/);
		assert.deepEqual((await value(page, 'own')).length, 3);
		await seat(page, 'A1').click();
		await page.click('#hold');
		await until(async () => (await value(page, 'own')).length === 2, 'a change');
		await page.click('#extend');
		await until(async () => /^(30:00|29:5\d)$/.test(await page.textContent('#clock')), 'more time');
		await page.click('#release');
		await page.locator('#clock').waitFor({ state: 'hidden' });
		await page.fill('#code [name=key]', 'wrong');
		await page.click('#code button');
		await page.locator('#message').getByText('No presale has that code.').waitFor();
		assert.equal(await seat(page, 'B1').getAttribute('aria-disabled'), 'true');
		await page.fill('#code [name=key]', 'canary-2026');
		await page.click('#code button');
		await until(async () => (await seat(page, 'B1').getAttribute('aria-disabled')) === 'false', 'open');
		await seat(page, 'B1').click();
		await page.click('#hold');
		await page.click('#pay');
		await page.getByText('Paid.').waitFor();
		assert.equal(mock.shows.get('small').states[8], 's');
		assert.match(await page.textContent('#log'), /confirm 200 CONFIRMED/);
		assert.deepEqual(await toasts(page), []);
		await picture(page, 'paid');
	},

	async twenty_thousand_seats({ mock, open }) {
		const seats = [], told = [];
		for (let s = 0; s < 10; s++) for (let r = 0; r < 40; r++) for (let p = 1; p <= 50; p++)
			seats.push({ seat_id: `${s}-${r}-${p}`, section: `Block ${s}`, row: String(r + 1), pos: p, category: `K${s % 4}`, x: (s % 5) * 5600 + p * 100, y: Math.floor(s / 5) * 5000 + r * 110, rank: 1 });
		mock.addShow('arena', { layout: { seats } });
		const page = await open('about:blank');
		await page.addInitScript(() => {
			window.tasks = [];
			new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: 'longtask' });
		});
		const client = await page.context().newCDPSession(page), script = async () => {
			const { metrics } = await client.send('Performance.getMetrics');
			return 1000 * metrics.find((m) => m.name === 'ScriptDuration').value;
		};
		await client.send('Performance.enable', { timeDomain: 'threadTicks' });
		// Others work on this machine, too: of three tries the best one counts.
		const best = { drawing: Infinity, task: Infinity }, spent = [];
		for (let n = 0; n < 3; n++) {
			const began = Date.now();
			await page.goto(at(mock, 'arena'));
			await page.waitForFunction(() => {
				const root = document.querySelector('holdfast-seat-map')?.shadowRoot, tiles = [...root?.querySelectorAll('.tiles > g') ?? []];
				return root?.querySelector('.status').textContent === 'Live' && tiles.length >= 400 && tiles.every((g) => g.firstChild);
			});
			await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
			best.drawing = Math.min(best.drawing, Date.now() - began);
		}
		await picture(page, 'arena');
		for (let n = 0; n < 5; n++) {
			const before = await script(), some = Array.from({ length: 500 }, (_, k) => [(k * 37 + n * 7) % 20000, n % 2 ? '.' : 'r']);
			mock.set('arena', some);
			const free = 20000 - mock.shows.get('arena').states.filter((x) => x === 'r').length;
			await page.waitForFunction((all) => [...document.querySelector('holdfast-seat-map').shadowRoot.querySelectorAll('.legend b')].reduce((a, b) => a + Number(b.textContent), 0) === all, free, { polling: 200 });
			await page.waitForTimeout(150);
			spent.push(await script() - before);
		}
		const box = await page.locator('holdfast-seat-map').boundingBox(), x = box.x + box.width / 2, y = box.y + box.height / 2;
		for (let round = 0; round < 3 && best.task > 100; round++) {
			await page.evaluate(() => { window.tasks.length = 0; });
			await page.mouse.move(x, y);
			for (let n = 0; n < 12; n++) { await page.mouse.wheel(0, -150); await page.waitForTimeout(30); }
			assert.ok(await page.locator('holdfast-seat-map path[role=checkbox]').count() > 50 || await page.waitForTimeout(400) || await page.locator('holdfast-seat-map path[role=checkbox]').count() > 50, 'seats that are near are elements');
			await page.mouse.down();
			for (let n = 0; n < 40; n++) await page.mouse.move(x - n * 9, y - n * 4);
			await page.mouse.up();
			await page.waitForTimeout(200);
			if (!round) await picture(page, 'arena-near');
			for (let n = 0; n < 12; n++) { await page.mouse.wheel(0, 150); await page.waitForTimeout(30); }
			await page.waitForTimeout(300);
			best.task = Math.min(best.task, await page.evaluate(() => Math.max(0, ...window.tasks)));
		}
		told.push(['first drawing, ms', best.drawing, 1500], ['script of a d of 500 seats, ms', Math.round(spent.sort((a, b) => a - b)[2]), 30], ['longest task while moving, ms', Math.round(best.task), 100]);
		for (const [what, is, limit] of told) console.log(`${what}: ${is} (at most ${limit})`);
		for (const [what, is, limit] of told) assert.ok(is <= limit, `${what}: ${is}, at most ${limit}`);
		// A seat far away by the keyboard: it comes into sight, and it is one that can be chosen.
		await page.mouse.move(1, 1);
		await page.locator('holdfast-seat-map').evaluate((map) => map.shadowRoot.querySelector('.legend').focus());
		for (let n = 0; n < 9 && !(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.matches('path'))); n++) await page.keyboard.press('Shift+Tab');
		for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', ' ']) await page.keyboard.press(key);
		assert.equal((await value(page, 'selection')).length, 1);
		await page.locator('holdfast-seat-map').evaluate((map) => map.shadowRoot.querySelector('.scroll').scrollBy(0, -200));
		await until(() => page.evaluate(() => {
			const root = document.querySelector('holdfast-seat-map').shadowRoot, a = root.activeElement.getBoundingClientRect(), t = root.querySelector('.tip').getBoundingClientRect();
			return t.width > 0 && Math.abs(t.x + t.width / 2 - a.x - a.width / 2) < 150 && Math.min(Math.abs(t.bottom - a.top), Math.abs(t.top - a.bottom)) < 20;
		}), 'its name beside it');
	},
};

await runTests(tests, startMock);
