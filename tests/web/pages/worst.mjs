// worst.mjs KIND FILE - a report as large as few are, of 20,000 seats and a million requests, to see with opens.mjs how it opens.
//
//   refused  a million refusals, and 52,000 holds that were given back
//   held     118,000 holds that were given back, their ids told
//   churned  480,000 holds that were given back: more than what 15 MB have room for
import { writeFileSync } from 'node:fs';
import { reportOf } from './report.mjs';
import { storyOf } from './story.mjs';

const KINDS = { refused: [52000, 1000000], held: [118000, 0], churned: [480000, 0] }, HOLD = 480000, IDS_MAX = 200000;
const [kind, file] = process.argv.slice(2), [holds, refused] = KINDS[kind];
let seed = 7;
const below = (n) => Math.floor((seed = (seed * 16807) % 2147483647) / 2147483647 * n);
const seats = Array.from({ length: 20000 }, (_, i) => {
	const pos = i % 50 + 1, row = Math.floor(i / 50) % 40 + 1, block = Math.floor(i / 2000);
	return { seat_id: `Block-${block}-${row}-${pos}`, section: `Block ${block}`, row: String(row), pos, category: `K${block % 4}`, x: (block % 5) * 5600 + pos * 100, y: Math.floor(block / 5) * 5000 + row * 110 };
});
const story = storyOf({ seats, areas: [] }, { requests: 15000 });

/** Each a minute long, as many at once as come in it, of one seat. */
function churn() {
	const free = [...seats.keys()], under = [], ids = [], all = [], made = []; // rows of changes and of reservations
	let offset = 0, at = 0;
	for (let n = 0; n < holds; n++) {
		at += below(60);
		for (; under.length && (under[0].end <= at || !free.length); offset++) {
			const { number, seat, end } = under.shift();
			at = Math.max(at, end);
			made[number].ended = at - made[number].at;
			all.push([offset, at, 'r', number, seat, 0]);
			free.push(seat);
		}
		const seat = free.splice(below(free.length), 1)[0];
		if (holds <= IDS_MAX) ids.push(Array.from({ length: 32 }, () => below(16).toString(16)).join(''));
		made.push({ offset, at, ended: -1, session: below(holds) });
		all.push([offset++, at, 'h', n, seat, HOLD]);
		under.push({ number: n, seat, end: at + 60000 });
	}
	const column = (k) => all.map((row) => row[k]), deltas = (values) => values.map((v, n) => v - (n ? values[n - 1] : 0));
	story.changes = { offset: deltas(column(0)), at: deltas(column(1)), what: column(2).join(''), reservation: column(3), seats: column(4).map((i) => [i]), until: column(5) };
	story.reservations = { ids: ids.join(''), status: 'r'.repeat(holds), offset: deltas(made.map((r) => r.offset)), at: deltas(made.map((r) => r.at)), until: made.map(() => HOLD), ended: made.map((r) => r.ended), session: made.map((r) => r.session) };
	Object.assign(story.totals, { holds, holds_released: holds });
}
function refuse() {
	const bytes = [], add = (n) => { for (; n > 127; n = Math.floor(n / 128)) bytes.push(n % 128 + 128); bytes.push(n); };
	for (let n = 0; n < refused; n++) {
		const many = below(4) ? 1 : 2;
		for (const value of [1 + below(2), below(4), many, below(seats.length - 1)]) add(value);
		if (many > 1) add(2);
	}
	story.refusals = { first: 200, last: 50, count: refused, data: Buffer.from(bytes).toString('base64'), request: '' };
	story.refused_more = {};
}
churn();
if (refused) refuse();
writeFileSync(file, reportOf(story));
