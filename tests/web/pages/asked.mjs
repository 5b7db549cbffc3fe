// asked.mjs [TEST]... - what the audit is asked besides, in Chromium, from disk: another policy, and letters.
import assert from 'node:assert/strict';
import { DESK, PHONE, axe, picture, pictures, runTests } from './browser.mjs';
import { pageFile, pageOf } from './report.mjs';

const QUIET = /^$/, CALM = { reducedMotion: 'reduce' }, EVIL = '</script><img src=x onerror="window.hacked=1">';
const said = (n) => n.toLocaleString('en');

// ---- another policy: a sale of ten minutes, made up ----

const OPENING = Date.UTC(2026, 10, 27, 10), noise = (n, most) => Math.floor(most * (.5 + .5 * Math.sin(n * 12.9898) ** 2));
function timesOf(step, count) {
	const start = [], sides = { real: { given: [], refused: [], sold: [] }, what_if: { given: [], refused: [], sold: [] } }, sold = { real: 0, what_if: 0 };
	for (let n = 0; n < count; n++) {
		start.push(OPENING - step + n * step);
		for (const [side, times] of [['real', 1], ['what_if', .7]]) {
			const many = Math.exp(-n / (count / 4)) * times * step / 1000;
			sides[side].given.push(noise(n, 12 * many));
			sides[side].refused.push(noise(n + 1, 40 * many * (side === 'real' ? 1 : 1.6)));
			sold[side] += noise(n + 2, 9 * many);
			sides[side].sold.push(sold[side]);
		}
	}
	return { start, ...sides };
}
const sum = (list) => list.reduce((a, b) => a + b, 0);
function whatIf() {
	const minutes = timesOf(60000, 30), seconds = timesOf(1000, 300), row = (key, label, real, other) => ({ key, label, real, what_if: other });
	return { format: 1, asked: 'max_seats=3,singles=refuse', show_id: 'opera-gala',
		policies: [{ key: 'max_seats', real: 10, what_if: 3, asked: true }, { key: 'singles', real: 'allow', what_if: 'refuse', asked: true }],
		figures: [row('requests', 'requests', 9000, 9000), row('holds_given', 'holds given', sum(minutes.real.given), sum(minutes.what_if.given)), row('seats_taken', 'refused: SEATS_TAKEN', 0, 0),
			row('others_refused', 'refused otherwise', sum(minutes.real.refused), sum(minutes.what_if.refused)), row('holds_lapsed', 'holds that lapsed', 5, 5),
			row('seats_sold', 'seats sold at the end', minutes.real.sold.at(-1), minutes.what_if.sold.at(-1)), row('places_sold', 'places of areas sold at the end', 0, 0)],
		reasons: [row('TOO_MANY_SEATS', 'More seats than one reservation of this show may hold.', 0, 1032)],
		warning: 'This is no forecast: the requests are those that customers made under the real policy. Answered otherwise, they would have acted otherwise.',
		notes: ['2 of the requests are not answered yet'], opening_at: OPENING, minutes, seconds };
}
const whatIfFile = (data, name) => pageFile(pageOf('what-if', { title: data.show_id, data }), name);

// ---- a letter, as audit/letter/html.c writes it ----

const LETTER = `<article>
<h1>Opera Gala (opera-gala)</h1>
<p>Your request 01a22b9f-c72d-7b26-9e0d-8eef8e7a86cc</p>
<section>
<h2>What you asked for</h2>
<p>You asked to have seats F8 and F9 held for you. Your request was recorded on 30 November 2026 at 08:43:41.236 UTC, as offset 3 of partition 1.</p>
</section>
<section>
<h2>What stood before it</h2>
<p>Seat F8 was held already, by reservation 01a22b9f-c725-7262-a623-e199f041b1b2, since 08:43:41.236 (offset 2). That is in the same millisecond as your request, but before it: offset 2 stands before offset 3.</p>
<p>Seat F9 was free.</p>
</section>
<section>
<h2>What was answered</h2>
<p>No: 409 SEATS_TAKEN. Somebody else had at least one of these seats already. Seats of one request are given together or not at all, so that none was given. This answer was published 10 milliseconds after your request, at 08:43:41.246 (reservation.replies, partition 1, offset 5).</p>
</section>
<section>
<h2>How this is known</h2>
<p>From the log of the sale alone. Whoever may read the log can check it: holdfast-audit --request-id=01a22b9f-c72d-7b26-9e0d-8eef8e7a86cc --show=opera-gala writes this letter again.</p>
</section>
</article>
`;
const letterUrl = pageFile(pageOf('letter', { title: 'Request 01a22b9f-c72d-7b26-9e0d-8eef8e7a86cc', body: LETTER + LETTER }), 'letter');

/** By axe, in both colours, on a desk and a phone; pictures of each, and of the paper. */
async function isFit(open, url, name) {
	for (const [where, options] of [['desk', DESK], ['phone', PHONE]]) for (const colorScheme of ['light', 'dark']) {
		const page = await open(url, { ...options, ...CALM, colorScheme, bypassCSP: true }, QUIET);
		const found = await page.evaluate(`${axe()}; axe.run(document, { resultTypes: ['violations'] })`);
		assert.deepEqual(found.violations.map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + n.failureSummary)]), [], `${where} ${colorScheme}`);
		assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), 'nothing is wider than the screen');
		await picture(page, `${name}-${where}-${colorScheme}`, { fullPage: true });
		await page.context().close();
	}
	const page = await open(url, { ...DESK, ...CALM, colorScheme: 'dark' }, QUIET);
	const pdf = await page.pdf({ path: `${pictures}/${name}.pdf`, format: 'A4', margin: { top: '16mm', bottom: '16mm', left: '18mm', right: '18mm' } });
	await page.emulateMedia({ media: 'print' });
	await page.setViewportSize({ width: 690, height: 1000 });
	assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
	await picture(page, `${name}-print`, { fullPage: true });
	return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
}

const tests = {
	async what_if_has_the_numbers_of_its_data({ open }) {
		const data = whatIf(), page = await open(whatIfFile(data, 'what-if'), { ...DESK, ...CALM }, QUIET);
		assert.equal(await page.textContent('#when'), 'What if max_seats=3, singles=refuse? Requests of 27 November 2026, from 09:59 to 10:29 UTC.');
		assert.ok((await page.locator('#warning').innerText()).includes('customers made under the real policy. Answered otherwise, they would have acted otherwise.'));
		const clock = (at) => new Date(at).toISOString().slice(11, 19);
		for (const [title, columns, names] of [
			['Places sold, around the opening', data.seconds, [['real', 'sold'], ['what_if', 'sold']]], ['Places sold, by minute', data.minutes, [['real', 'sold'], ['what_if', 'sold']]],
			['Around the opening, as it was', data.seconds, [['real', 'given'], ['real', 'refused']]], ['Around the opening, under the other policy', data.seconds, [['what_if', 'given'], ['what_if', 'refused']]],
			['By minute, as it was', data.minutes, [['real', 'given'], ['real', 'refused']]], ['By minute, under the other policy', data.minutes, [['what_if', 'given'], ['what_if', 'refused']]]]) {
			const plot = page.locator('holdfast-plot', { has: page.getByRole('heading', { name: title, exact: true }) });
			await plot.locator('summary').click();
			await plot.locator('tbody tr').first().waitFor(); // it is filled when it is opened
			assert.deepEqual(await plot.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))),
				columns.start.map((at, n) => [clock(at), ...names.map(([side, key]) => said(columns[side][key][n]))]), title);
		}
		const given = data.figures[1], fewer = given.real - given.what_if;
		assert.equal(await page.locator('#short b').first().textContent(), `−${said(fewer)}`);
		assert.ok((await page.textContent('#said')).startsWith(`The same 9,000 requests, decided once more: ${said(fewer)} fewer holds given, `));
		assert.ok((await page.textContent('#said')).includes(', as many holds lapsed, and '));
		assert.ok((await page.textContent('#said')).includes('Note: 2 of the requests are not answered yet.'));
		assert.deepEqual(await page.locator('#figures holdfast-bars').nth(1).locator('tbody tr').nth(1).locator('th, td').allTextContents(), ['holds given', said(given.real), said(given.what_if), said(-fewer)]);
		// Both sides have one scale.
		const tops = await page.locator('.pair').first().locator('holdfast-plot').evaluateAll((plots) => plots.map((plot) => [...plot.querySelectorAll('.side')].map((e) => e.textContent).join()));
		assert.equal(tops[0], tops[1]);
	},

	async what_if_is_read_by_everybody_and_printed({ open }) {
		assert.ok(await isFit(open, whatIfFile(whatIf(), 'what-if'), 'what-if') <= 4);
	},

	async what_if_shows_texts_of_others_as_text({ open }) {
		const data = whatIf();
		data.show_id = EVIL;
		data.asked = `capacity.${EVIL}=4`;
		data.notes = [EVIL];
		const page = await open(whatIfFile(data, 'what-if-evil'), { ...DESK, ...CALM }, QUIET);
		assert.equal(await page.textContent('h1'), EVIL);
		assert.equal(await page.evaluate(() => document.images.length + Number(window.hacked ?? 0)), 0);
		data.minutes = data.seconds = timesOf(1000, 0);
		const empty = await open(whatIfFile(data, 'what-if-empty'), { ...DESK, ...CALM }, QUIET);
		assert.equal(await empty.locator('holdfast-plot').count(), 0);
		assert.ok((await empty.textContent('#sold')).includes('Nothing was asked for.'));
	},

	async a_letter_is_read_by_everybody_and_printed({ open }) {
		assert.equal(await isFit(open, letterUrl, 'letter'), 2, 'two letters are two pages');
		const page = await open(letterUrl, { ...DESK, ...CALM, javaScriptEnabled: false }, QUIET);
		assert.equal(await page.locator('h1').count(), 2);
	},
};

await runTests(tests);
