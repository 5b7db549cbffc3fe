// what-if.js - two policies side by side: makes plots, tables and sentences of the data of its page.
//
// Every text that comes from a show enters by textContent. Nothing is asked of a network.

/** @returns {any} */ const $ = (id) => document.getElementById(id);
/** @type {WhatIf} */ const data = JSON.parse($('data').textContent);
const { minutes, seconds, opening_at: opening } = data;
const number = (n) => n.toLocaleString('en');
const signed = (n) => (n > 0 ? '+' : n < 0 ? '−' : '') + number(Math.abs(n));
const figure = (key) => data.figures.find((row) => row.key === key);
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const day = (at) => { const text = new Date(at).toISOString(); return `${Number(text.slice(8, 10))} ${MONTHS[Number(text.slice(5, 7)) - 1]} ${text.slice(0, 4)}`; };
const isOtherDay = (at) => new Date(at).toISOString().slice(0, 10) !== new Date(opening).toISOString().slice(0, 10);
const clock = (at) => (isOtherDay(at) ? `${day(at).slice(0, -5)}, ` : '') + new Date(at).toISOString().slice(11, 19);

/** @param {any} parent @returns {any} */
function add(parent, name, text = '', attributes = {}) {
	const e = document.createElement(name);
	e.textContent = text;
	for (const key in attributes) e.setAttribute(key, attributes[key]);
	parent?.append(e);
	return e;
}

// ---- in short ----

/** @type {{ key: 'real' | 'what_if', name: string, tone: 1 | 3 }[]} */ const sides = [{ key: 'real', name: 'as it was', tone: 1 }, { key: 'what_if', name: 'under the other policy', tone: 3 }];
const placesSold = (side) => figure('seats_sold')[side] + figure('places_sold')[side];
const refused = (side) => figure('seats_taken')[side] + figure('others_refused')[side];

/** "3 more holds given". */
const less = (what, real, other) => (real === other ? `as many ${what}` : `${number(Math.abs(other - real))} ${other > real ? 'more' : 'fewer'} ${what}`);
/** The days and times of all that was asked for. */
function span() {
	if (!minutes.start.length) return 'Nothing was asked for.';
	const [from, until] = [minutes.start[0], minutes.start.at(-1) + 60000].map((at) => new Date(at).toISOString().slice(11, 16)), first = day(minutes.start[0]), last = day(minutes.start.at(-1));
	return first === last ? `Requests of ${first}, from ${from} to ${until} UTC.` : `Requests from ${first}, ${from}, to ${last}, ${until} UTC.`;
}
function writeShort() {
	$('when').textContent = `What if ${data.asked.split(',').join(', ')}? ${span()}`;
	$('warning').textContent = data.warning;
	for (const [what, real, other] of [
		['holds given', figure('holds_given').real, figure('holds_given').what_if],
		['requests refused', refused('real'), refused('what_if')],
		['places sold at the end', placesSold('real'), placesSold('what_if')]]) {
		const box = add($('short'), 'div');
		add(box, 'dt', what);
		const dd = add(box, 'dd');
		add(dd, 'b', signed(other - real));
		add(dd, 'span', `${number(real)} as it was, ${number(other)} under the other policy`);
	}
	add($('said'), 'p', `The same ${number(figure('requests').real)} requests, decided once more: ${[
		less('holds given', figure('holds_given').real, figure('holds_given').what_if), less('requests refused', refused('real'), refused('what_if')),
		less('holds lapsed', figure('holds_lapsed').real, figure('holds_lapsed').what_if)].join(', ')}, and ${less('places sold', placesSold('real'), placesSold('what_if'))}.`);
	for (const note of data.notes ?? []) add($('said'), 'p', `Note: ${note}.`);
}

// ---- over time ----

const marks = [{ at: opening, text: 'opening' }];
/** @param {any} parent @param {Plot} plot */
const plotIn = (parent, plot) => add(parent, 'holdfast-plot').show({ time: clock, ...plot });
const largest = (rows) => Math.max(1, ...sides.flatMap(({ key }) => rows[key].given.map((n, k) => n + rows[key].refused[k])));

/** @param {any} parent */
function writeSold(parent, rows, step, of, title) {
	plotIn(parent, { title, about: 'Seats and places of areas that were sold by then, less those that were taken back.', x: rows.start, step, of, kind: 'level', unit: '', marks,
		series: sides.map(({ key, name, tone }) => ({ name, values: rows[key].sold, tone })) });
}
/** Both beside each other, by one scale. @param {any} parent */
function writeRefused(parent, rows, step, of, title) {
	const pair = add(parent, 'div', '', { class: 'pair' });
	for (const { key, name } of sides)
		plotIn(pair, { title: `${title}, ${name}`, about: '', x: rows.start, step, of, kind: 'bars', unit: '', marks, top: largest(rows),
			series: [{ name: 'holds given', values: rows[key].given, tone: 1 }, { name: 'requests refused', values: rows[key].refused, tone: 2 }] });
}

// ---- all figures ----

function writeFigures() {
	const rowOf = (label, real, other) => [label, real, other, other - real];
	const columnsOf = (...names) => names.map((name) => ({ name })), numbers = ['As it was', 'Other policy', 'Difference'];
	if (data.policies.length)
		add($('figures'), 'holdfast-bars').show({ title: 'The policies', columns: columnsOf('Rule', 'As it was', 'Other policy'), rows: data.policies.map(({ key, real, what_if: other }) => [key, real, other]) });
	add($('figures'), 'holdfast-bars').show({ title: 'Requests, holds and seats', columns: columnsOf('Counted', ...numbers), rows: data.figures.map(({ label, real, what_if: other }) => rowOf(label.trim(), real, other)) });
	if (data.reasons.length)
		add($('figures'), 'holdfast-bars').show({ title: 'Refused otherwise, by reason', columns: columnsOf('Reason', ...numbers), rows: data.reasons.map(({ key, label, real, what_if: other }) => rowOf(`${key}: ${label}`, real, other)) });
}

writeShort();
if (minutes.start.length) {
	writeSold($('sold'), seconds, 1000, 'Second', 'Places sold, around the opening');
	writeSold($('sold'), minutes, 60000, 'Minute', 'Places sold, by minute');
	writeRefused($('refused'), seconds, 1000, 'Second', 'Around the opening');
	writeRefused($('refused'), minutes, 60000, 'Minute', 'By minute');
} else {
	for (const id of ['sold', 'refused']) add($(id), 'p', 'Nothing was asked for.');
}
writeFigures();
