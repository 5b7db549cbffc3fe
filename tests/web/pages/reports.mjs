// reports.mjs [TEST]... - the report of an on-sale in Chromium, from disk: what it says beside the data that it was given.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DESK, PHONE, axe, picture, pictures, plan, runTests, seat, until } from './browser.mjs';
import { layoutOf } from './mock.mjs';
import { reportFile } from './report.mjs';
import { storyOf } from './story.mjs';

const story = storyOf(layoutOf(plan()), { requests: 4000 }), { totals, demand, span } = story, seats = story.layout.seats.map((s) => s.seat_id);
const url = reportFile(story), QUIET = /^$/, CALM = { reducedMotion: 'reduce' };
const said = (n) => (n === null ? '–' : n.toLocaleString('en', { maximumFractionDigits: 1 }));
const summed = (deltas, at) => deltas.map((d) => (at += d));
const clock = (ms, chars = 12) => `${new Date(ms).getUTCDate() === 28 ? '' : '27 Nov, '}${new Date(ms).toISOString().slice(11, 11 + chars)}`;
const isDrawn = (page) => page.waitForFunction(() => ['heat', 'map'].every((id) => document.querySelector(`#${id} holdfast-seat-map`)?.shadowRoot.querySelectorAll('[data-i]').length === 600));
/** What each seat is after so many changes, by a loop of its own. */
function stateAt(n) {
	const state = seats.map(() => ({ is: 'free', by: -1, since: -1 })), words = { h: 'held', s: 'sold' };
	for (let k = 0; k < n; k++) {
		const what = story.changes.what[k];
		if ('bpe'.includes(what)) continue;
		for (const i of story.changes.seats[k]) state[i] = { is: words[what] ?? 'free', by: story.changes.reservation[k], since: k };
	}
	return state;
}
const changedAt = summed(story.changes.at, span.first_at), count = changedAt.length;
const idOf = (r) => '…' + story.reservations.ids.slice(32 * r + 24, 32 * r + 32);
const ask = async (page, what, at = '') => {
	await page.fill('#what', what);
	await page.fill('#at', at);
	await page.press('#at', 'Enter');
	return page.locator('#answer').innerText();
};
/** The seats of the map that are told as held and so on. */
const toldAs = (page, word) => page.locator('#map holdfast-seat-map').evaluate((map, end) => [...map.shadowRoot.querySelectorAll('[data-i]')].filter((e) => e.getAttribute('aria-label').endsWith(end)).length, `, ${word}`);

const tests = {
	async numbers_of_the_tables_are_those_of_the_data({ open }) {
		const page = await open(url, { ...DESK, ...CALM }, QUIET);
		const all = async (title) => {
			const plot = page.locator('holdfast-plot', { has: page.getByRole('heading', { name: title, exact: true }) });
			await plot.locator('summary').click();
			await plot.locator('tbody tr').first().waitFor();
			return plot.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
		};
		const expected = (columns, names) => summed(columns.start, span.first_at).map((at, n) => [clock(at, 8), ...names.map((of) => said(typeof of === 'function' ? of(n) : columns[of][n]))]);
		const other = (c) => (n) => c.requests[n] - c.granted[n] - c.refused[n], { minutes, seconds } = story;
		assert.deepEqual(await all('Requests a second, around the opening'), expected(seconds, ['granted', 'refused', other(seconds)]));
		assert.deepEqual(await all('Requests a minute'), expected(minutes, ['granted', 'refused', other(minutes)]));
		assert.deepEqual(await all('How long requests waited, around the opening'), expected(seconds, ['wait_max', 'wait_p99', 'wait_p50']));
		assert.deepEqual(await all('How long requests waited, by minute'), expected(minutes, ['wait_max', 'wait_p99', 'wait_p50']));
		assert.deepEqual(await all('Places sold and held'), expected(minutes, ['sold_total', 'held_total']));
		assert.deepEqual(await all('Holds that lapsed, by minute'), expected(minutes, ['lapsed']));
		const top = await page.locator('#short b').allTextContents();
		assert.deepEqual(top.slice(0, 5), [`${said(totals.seats_sold + totals.places_sold)} of ${said(totals.seats + totals.places)}`, ...[totals.asked, totals.granted, totals.refused, totals.holds_lapsed].map(said)]);
		const bars = page.locator('holdfast-bars', { has: page.getByRole('heading', { name: 'By row', exact: true }) });
		assert.equal(await bars.locator('tbody tr').count(), 15);
		await bars.locator('.all').click();
		assert.deepEqual(await bars.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))),
			demand.rows.toSorted((a, b) => b.wanted - a.wanted).map((r) => [`${r.section} ${r.row}`, ...[r.seats, r.requests, r.wanted, r.granted, r.refused, r.sold].map(said)]));
		await bars.getByRole('button', { name: 'refused' }).click();
		const sorted = (await bars.locator('tbody td:nth-child(6)').allTextContents()).map((text) => Number(text.replace(/,/g, '')));
		assert.deepEqual(sorted, demand.rows.map((r) => r.refused).sort((a, b) => b - a));
	},

	async numbers_under_the_cursor_are_those_of_the_data({ open }) {
		const page = await open(url, { ...DESK, ...CALM }, QUIET), plot = page.locator('holdfast-plot', { has: page.getByRole('heading', { name: 'Requests a minute', exact: true }) });
		const first = story.minutes.asked.findIndex((n) => n), slider = plot.locator('input'), { minutes } = story;
		await slider.focus();
		for (let n = 0; n < 3; n++) await page.keyboard.press('ArrowRight');
		const at = first + 3, other = minutes.requests[at] - minutes.granted[at] - minutes.refused[at];
		assert.deepEqual(await plot.locator('.keys b').allTextContents(), [minutes.granted[at], minutes.refused[at], other].map(said));
		assert.ok((await slider.getAttribute('aria-valuetext')).startsWith(clock(summed(minutes.start, span.first_at)[at], 8)));
		await slider.blur();
		assert.deepEqual((await plot.locator('.keys b').allTextContents()).slice(0, 2), [totals.granted, totals.refused].map(said));
	},

	async the_hall_is_the_fold_of_the_changes({ open }) {
		const page = await open(url, { ...DESK, ...CALM }, QUIET);
		await isDrawn(page);
		const holds = async (n) => {
			const state = stateAt(n), held = state.filter(({ is }) => is === 'held').length, sold = state.filter(({ is }) => is === 'sold').length;
			await until(async () => (await page.textContent('#now')).includes(`${said(600 - held - sold)} are free, ${said(held)} held, ${said(sold)} sold`), `the words after ${n}`);
			await until(async () => await toldAs(page, 'held') === held && await toldAs(page, 'sold') === sold, `the map after ${n}`);
			return [held, sold];
		};
		assert.deepEqual(await holds(count), [totals.seats_held, totals.seats_sold]); // as the audit has them
		for (const n of [Math.floor(count / 2), 0, 1, Math.floor(count / 3), count]) {
			await page.locator('#slide').fill(String(n));
			await holds(n);
		}
		await page.locator('#back').click();
		await holds(count - 1);
		const at = changedAt[Math.floor(count / 4)];
		await page.fill('#moment', clock(at));
		await page.click('#go button');
		await holds(changedAt.filter((one) => one <= at).length);
		assert.ok((await page.textContent('#now')).includes(clock(at)));
		await page.fill('#moment', String(summed(story.changes.offset, span.first_offset)[5]));
		await page.click('#go button');
		await holds(summed(story.changes.offset, span.first_offset).filter((one, _, list) => one <= list[5]).length);
		await page.locator('#slide').fill('0');
		await page.click('#play');
		await until(async () => Number(await page.inputValue('#slide')) > 20, 'it plays');
		await page.click('#play');
		const stopped = await page.inputValue('#slide');
		await page.waitForFunction(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(() => done(true))); }));
		assert.equal(await page.inputValue('#slide'), stopped);
		await picture(page, 'report-hall');
	},

	async five_questions({ open }) {
		const page = await open(url, { ...DESK, ...CALM }, QUIET), opening = span.opening_at;
		// Who had it? A seat that is held for the first time after the opening, a second later.
		const first = changedAt.findIndex((at, k) => at >= opening && story.changes.what[k] === 'h' && story.changes.seats[k].length), i = story.changes.seats[first][0], r = story.changes.reservation[first];
		const later = changedAt[first] + 1000, now = stateAt(changedAt.filter((at) => at <= later).length)[i];
		assert.equal(now.by, r);
		const had = await ask(page, seats[i], clock(later));
		assert.ok(had.startsWith(`At ${clock(later)} ${seats[i]} was held by reservation ${idOf(r)} since ${clock(changedAt[first])} (offset ${said(summed(story.changes.offset, span.first_offset)[first])}), until ${clock(changedAt[first] + story.changes.until[first])}.`), had);
		for (const words of [`who had ${seats[i].toLowerCase()} at ${clock(later)}?`, `${seats[i]} ${clock(later)}`, `${seats[i].replace(/(\d+)$/, ' $1')} 2026-11-28 ${clock(later)}`])
			assert.ok((await ask(page, words)).startsWith(had.split('\n')[0]), words);
		assert.match(await ask(page, seats[i], clock(changedAt[first] - 1)), /nobody had/);
		for (const words of [`Why was I refused ${seats[i]} at ${clock(later)}?`, `refused seat ${seats[i]} ${clock(later)}`]) assert.equal(await ask(page, words), had, words);
		const sale = [...story.changes.what].indexOf('s'), sold = seats[story.changes.seats[sale][0]];
		assert.match(await ask(page, sold, clock(changedAt[sale] + 1)), /was sold to/);
		assert.doesNotMatch(await page.locator('#answer').innerText(), /It was sold at/, 'what is said already');
		assert.match(await ask(page, 'N12', clock(opening - 3600000)), /nobody had N12: it was kept for a channel since 27 Nov, [\d:.]+ \(offset 41,00\d\)/);
		// Why was I refused? By the id of the request; the seat is to be another's soon after it, so that a moment too late is seen.
		const offsets = summed(story.changes.offset, span.first_offset), changesBefore = (one) => offsets.filter((o) => o < one).length;
		const { at, offset, request, seats: [taken] } = story.plain.find((one) => story.outcomes[one.outcome] === 'SEATS_TAKEN' && one.seats.length === 1 &&
			story.changes.seats.slice(changesBefore(one.offset)).slice(0, 3).some((list) => list.includes(one.seats[0])));
		const state = stateAt(changesBefore(offset))[taken];
		for (const name of [request, `offset ${offset}`, request.slice(-12)]) {
			const why = await ask(page, name);
			assert.ok(why.startsWith('The request was refused: a seat was held or sold already.'), why);
			assert.ok(why.includes(`${seats[taken]} was ${state.is} ${state.is === 'sold' ? 'to' : 'by'} reservation ${idOf(state.by)} since ${clock(changedAt[state.since])}`), why);
			assert.ok(why.includes(`It was appended at ${clock(at)} (offset ${said(offset)})`), why);
		}
		await page.getByRole('button', { name: 'Was anyone favoured?' }).click();
		assert.match(await page.locator('#answer').innerText(), /^No\. Every request was decided in the order/);
		const row = demand.rows[0];
		assert.ok((await ask(page, `row ${row.row}`)).includes(`${said(row.requests)} requests named or got a seat of it. In seats: wanted ${said(row.wanted)} times, given ${said(row.granted)} times, refused ${said(row.refused)} times.`));
		await page.getByRole('button', { name: 'How many holds lapsed?' }).click();
		assert.ok((await page.locator('#answer').innerText()).startsWith(`${said(totals.holds_lapsed)} holds of ${said(totals.holds)} lapsed`));
		await page.getByRole('button', { name: /^Who had / }).click();
		await picture(page, 'report-answer');
		for (const [words, expected] of [['Row G seat 8', /^Seat G8 /], ['Was anyone favoured?', /^No\. /], ['how many holds lapsed', / holds of /], ['How many wanted row A?', /^Stalls, row A: wanted by /], ['row 99', /The rows are: A, B/], [idOf(0).slice(1), /^Reservation /]]) assert.match(await ask(page, words), expected);
		assert.match(await ask(page, 'Z99'), /^There is no seat, row, section, category or area “Z99”/);
		assert.match(await ask(page, seats[i], 'noon'), /is no time/);
	},

	async the_history_of_a_seat({ open }) {
		const page = await open(url, { ...DESK, ...CALM }, QUIET), i = demand.seats.wanted.indexOf(Math.max(...demand.seats.wanted));
		await isDrawn(page);
		await page.locator('#map').scrollIntoViewIfNeeded();
		await page.locator(`#map holdfast-seat-map [aria-label^="Seat ${seats[i]}, "]`).click();
		const told = page.locator('#history');
		await told.getByText(`The history of ${seats[i]}`).waitFor();
		// Every change of it is a line; kept and counted refusals are all that there were.
		const lines = await told.locator('> .log > li > span:first-of-type').allTextContents(), mine = [...story.changes.what].filter((what, k) => story.changes.seats[k].includes(i));
		assert.equal(lines.filter((text) => !text.startsWith('Refused')).length, mine.length);
		assert.equal(lines.reduce((sum, text) => sum + (/^Refused ([\d,]+) times/.exec(text) ? Number(/^Refused ([\d,]+) times/.exec(text)[1].replace(/,/g, '')) : text.startsWith('Refused once') || text.startsWith('Refused to') ? 1 : text.startsWith('Refused twice') ? 2 : 0), 0), demand.seats.refused[i]);
		for (const summary of await told.locator('summary').all()) await summary.click();
		await told.locator('.log .log li').first().waitFor();
		assert.match((await told.locator('.log .log li').allInnerTexts()).join('\n'), /Refused to request …[0-9a-f]{8}: it was (held by|sold to) reservation …[0-9a-f]{8} since/);
		// In the zone of the reader.
		await page.selectOption('#zone', 'local');
		assert.match(await page.textContent('#when'), /UTC$|[A-Z]\w+\/\w+$/);
	},

	async hours_of_another_zone({ open }) {
		const page = await open(url, { ...DESK, ...CALM, timezoneId: 'Europe/Berlin' }, QUIET);
		assert.match(await page.textContent('#when'), /10:00:00 .* UTC$/);
		await page.selectOption('#zone', 'local');
		assert.match(await page.textContent('#when'), /28 November 2026, 11:00:00 .* Europe\/Berlin$/);
		assert.match(await ask(page, 'A1', '11:00:05'), /^At 11:00:05\.000 /);
		await page.selectOption('#zone', '');
		const utc = await ask(page, 'A1', '10:00:05');
		assert.match(utc, /^At 10:00:05\.000 /);
	},

	async heat_is_how_often_a_seat_was_wanted({ open }) {
		const page = await open(url, { ...DESK, ...CALM }, QUIET);
		await isDrawn(page);
		for (const of of ['wanted', 'refused', 'granted']) {
			await page.locator(`[name=heat][value=${of}]`).check();
			const labels = await page.waitForFunction((word) => {
				const map = document.querySelector('#heat holdfast-seat-map');
				return map.shadowRoot.querySelector('.house').getAttribute('aria-label').endsWith(word) && [...map.shadowRoot.querySelectorAll('[data-i]')].map((e) => [Number(e.dataset.i), e.getAttribute('aria-label')]);
			}, of);
			for (const [i, label] of await labels.jsonValue()) {
				const [, low, high] = /, (\d+)(?: to (\d+))? times?(?:,|$)/.exec(label), n = demand.seats[of][i];
				assert.ok(n >= Number(low) && n <= Number(high ?? low), `${label}: ${n}`);
			}
		}
		await page.locator('#heat holdfast-seat-map [aria-label^="Seat B5, "]').click();
		assert.ok((await page.textContent('#heat-said')).includes(`wanted ${demand.seats.wanted[seats.indexOf('B5')]} times`));
	},

	async a_keyboard_alone({ open }) {
		const page = await open(url, { ...DESK, ...CALM }, QUIET), active = () => page.evaluate(() => document.activeElement.id || document.activeElement.shadowRoot?.activeElement?.getAttribute('aria-label'));
		await isDrawn(page);
		for (let n = 0; n < 12 && await active() !== 'what'; n++) await page.keyboard.press('Tab');
		await page.keyboard.type('A1');
		await page.keyboard.press('Tab');
		await page.keyboard.type('10:00:03');
		await page.keyboard.press('Enter');
		assert.equal(await active(), 'answer');
		await page.locator('#slide').focus();
		const before = Number(await page.inputValue('#slide'));
		for (const key of ['ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
		assert.equal(Number(await page.inputValue('#slide')), before - 2);
		assert.match(await page.getAttribute('#slide', 'aria-valuetext'), /^[\d:.]+, offset /);
		for (let n = 0; n < 20 && !(await active())?.startsWith('Seat '); n++) await page.keyboard.press('Tab');
		await page.keyboard.press('ArrowRight');
		const name = (await active()).split(',')[0].slice(5);
		await page.keyboard.press('Enter');
		await page.locator('#history').getByText(`The history of ${name}`).waitFor();
		assert.equal(await page.locator(`#map holdfast-seat-map [aria-label^="Seat ${name}, "]`).getAttribute('aria-pressed'), 'true');
	},

	async axe_finds_nothing({ open }) {
		for (const [name, options] of [['desk', DESK], ['phone', PHONE]]) for (const colorScheme of ['light', 'dark']) {
			const page = await open(url, { ...options, ...CALM, deviceScaleFactor: 1, colorScheme }, QUIET);
			await isDrawn(page);
			await page.getByRole('button', { name: /^Who had / }).click();
			await page.locator('holdfast-plot summary').first().click();
			await seat(page, 'A1').evaluate((e) => e.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true })));
			// All of it once; then what the other colours and another width change. The map by itself is looked at in pages.mjs.
			const rules = name === 'desk' ? colorScheme === 'light' ? "{ exclude: ['#heat'] }, { resultTypes: ['violations'] }" : "{ exclude: ['.map'] }, { runOnly: ['color-contrast'] }" : "{ exclude: ['.map'] }, { runOnly: ['scrollable-region-focusable', 'target-size'] }";
			const found = colorScheme === 'dark' && name === 'phone' ? { violations: [] } : await page.evaluate(`${axe()}; axe.run(${rules})`);
			assert.deepEqual(found.violations.map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + n.failureSummary)]), [], `${name} ${colorScheme}`);
			assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), 'nothing is wider than the screen');
			await page.evaluate(() => window.scrollTo(0, 0));
			await picture(page, `report-${name}-${colorScheme}`, { fullPage: true });
			await page.context().close();
		}
	},

	async it_prints({ open }) {
		const page = await open(url, { ...DESK, ...CALM, colorScheme: 'dark' }, QUIET);
		await isDrawn(page);
		const pdf = await page.pdf({ path: `${pictures}/report.pdf`, format: 'A4', printBackground: false, margin: { top: '14mm', bottom: '14mm', left: '14mm', right: '14mm' } });
		const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
		assert.ok(pages >= 5 && pages <= 15, `${pages} pages`);
		await page.emulateMedia({ media: 'print' });
		await page.setViewportSize({ width: 690, height: 1000 });
		for (const hidden of ['nav', '#find', '#controls', '.plot input']) assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
		for (const id of ['heat', 'map']) assert.ok(await page.locator(`#${id} holdfast-seat-map`).evaluate((map) => map.shadowRoot.querySelector('.house').getBoundingClientRect().width > 600), 'a map is as wide as the paper');
		assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
		await picture(page, 'report-print', { fullPage: true });
	},

	async nothing_is_asked_of_a_network({ open }) {
		const page = await open('about:blank', { ...DESK, ...CALM }, /Content Security Policy/), asked = [];
		page.on('request', (request) => asked.push(request.url()));
		await page.goto(url);
		await isDrawn(page);
		await ask(page, 'A1', '10:00:03');
		assert.deepEqual(asked, [url]);
		assert.match(readFileSync(new URL(url), 'utf8'), /Content-Security-Policy" content="default-src 'none'/);
		// And were something of it to ask, it would not come through.
		const refused = await page.evaluate(() => new Promise((done) => {
			document.addEventListener('securitypolicyviolation', (e) => done(e.violatedDirective));
			fetch('http://127.0.0.1:9/').catch(() => {});
		})).catch(String);
		assert.equal(refused, 'connect-src');
	},

	async names_of_others_are_text({ open }) {
		const evil = '</script><img src=x onerror="window.hacked=1">', copy = structuredClone(story);
		copy.show.title = copy.show.id = copy.audit.topic = evil;
		copy.layout.seats.forEach((s, i) => { s.seat_id = evil + i; s.section = s.row = s.category = evil; });
		for (const name of ['sections', 'categories', 'rows']) for (const row of demand[name].keys()) for (const key of ['section', 'category', 'row']) if (copy.demand[name][row][key]) copy.demand[name][row][key] = evil;
		copy.layout.areas[0].area_id = copy.demand.areas[0].id = evil;
		copy.fair.channels[0].channel = evil;
		copy.audit.notes = [{ partition: null, note: evil }];
		const page = await open(reportFile(copy, 'evil'), { ...DESK, ...CALM }, QUIET);
		await isDrawn(page);
		await ask(page, `${evil}5`, '10:00:03');
		assert.equal(await page.textContent('h1'), evil);
		assert.equal(await page.evaluate(() => document.images.length), 0);
		assert.equal(await page.evaluate(() => window.hacked), undefined);
	},

	async differences_are_said_first({ open }) {
		const page = await open(reportFile(storyOf(layoutOf(plan()), { requests: 300, differences: 3 }), 'differs'), { ...DESK, ...CALM }, QUIET);
		assert.match(await page.locator('#verdict.bad').innerText(), /^The audit found 3 differences\./);
		await page.getByRole('button', { name: 'Was anyone favoured?' }).click();
		assert.match(await page.locator('#answer').innerText(), /^It cannot be said/);
	},

	async a_show_in_which_nothing_happened({ open }) {
		const page = await open(reportFile(storyOf({ seats: [{ seat_id: 'A1' }, { seat_id: 'A2' }], areas: [] }, { requests: 0 }), 'nothing'), { ...DESK, ...CALM }, QUIET);
		await page.locator('#short').getByText('0 of 2').waitFor();
		assert.match(await ask(page, 'A2', '10:00:03'), /^At 10:00:03\.000 nobody had A2: it was free, and had never been held\./);
	},
};

await runTests(tests);
