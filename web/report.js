// report.js - the story of an on-sale: makes sentences, plots, tables and a map of the data of its page.
//
// In this order: the data as it comes and as it is used; words; the hall at any moment; what became of a seat, a
// reservation, a request; answers to questions; the parts of the page. Every text that comes from a show enters by
// textContent. Nothing is asked of a network.

/** @returns {any} */ const $ = (id) => document.getElementById(id);
/** @type {Story} */ const story = JSON.parse($('story').textContent);
/** @type {any} */ const { show, audit, span, totals, demand } = story, title = show.title ?? show.id;
const seats = story.layout.seats.map((seat) => ({ ...seat, id: seat.seat_id })), areas = story.layout.areas.map((area) => ({ ...area, id: area.area_id }));

// ---- the data ----

/** Numbers of differences to the one before. */
const summed = (deltas, at) => Float64Array.from(deltas, (d) => (at += d));
const timed = (columns) => ({ ...columns, offset: summed(columns.offset, span.first_offset), at: summed(columns.at, span.first_at) });
const changes = timed(story.changes), reservations = timed(story.reservations), areaChanges = timed(story.area_changes);
const minutes = { ...story.minutes, start: summed(story.minutes.start, span.first_at) }, seconds = { ...story.seconds, start: summed(story.seconds.start, span.first_at) };
const count = changes.offset.length;
const listOf = (one) => (Array.isArray(one) ? one : [one]);
// Of seats and of places in areas together.
const house = { places: totals.seats + totals.places, sold: totals.seats_sold + totals.places_sold, held: totals.seats_held + totals.places_held };
/** Refusals are packed: of each its offset and time as differences, its outcome with the number of its seats, these. */
const refusals = (({ count: all, data, request, first, last }) => {
	const bytes = atob(data.replaceAll('-', '+').replaceAll('_', '/')), offset = new Float64Array(all), at = new Float64Array(all), outcome = new Uint8Array(all), from = new Uint32Array(all + 1), list = new Uint32Array(bytes.length);
	let n = 0, many = 0, o = span.first_offset, t = span.first_at;
	const next = () => {
		for (let value = 0, scale = 1; ; scale *= 128) {
			const byte = bytes.charCodeAt(n++);
			value += (byte & 127) * scale;
			if (byte < 128) return value;
		}
	};
	for (let k = 0; k < all; k++) {
		offset[k] = o += next();
		at[k] = t += next();
		const both = next();
		outcome[k] = both >> 6;
		for (let i = 0, seat = 0; i < (both & 63); i++) {
			const d = next();
			seat = i ? seat + (d & 1 ? -(d + 1) / 2 : d / 2) : d;
			list[many++] = seat;
		}
		from[k + 1] = many;
	}
	return { first, last, request, offset, at, outcome, from, list };
})(story.refusals);
const whyOf = (k) => story.outcomes[refusals.outcome[k]], seatsOf = (k) => [...refusals.list.subarray(refusals.from[k], refusals.from[k + 1])];
const idAt = (ids, n) => ids.slice(32 * n, 32 * n + 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const indexOfSeat = new Map(seats.map(({ id }, i) => [id.toLowerCase(), i]));

/** How many of the ascending values are below, or with isAlso not above. */
function placeOf(values, value, isAlso = false) {
	let low = 0, high = values.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (values[middle] < value || (isAlso && values[middle] === value)) low = middle + 1; else high = middle;
	}
	return low;
}

// ---- words ----

const DAY = 86400000, MONTHS = 'January February March April May June July August September October November December'.split(' ');
let isLocal = false;
const iso = (ms) => new Date(ms - (isLocal ? new Date(ms).getTimezoneOffset() * 60000 : 0)).toISOString();
const day = (ms, isShort = false) => `${Number(iso(ms).slice(8, 10))} ${isShort ? MONTHS[Number(iso(ms).slice(5, 7)) - 1].slice(0, 3) : `${MONTHS[Number(iso(ms).slice(5, 7)) - 1]} ${iso(ms).slice(0, 4)}`}`;
const isOtherDay = (ms) => iso(ms).slice(0, 10) !== iso(span.opening_at).slice(0, 10);
/** To the second, or with ms to the millisecond; with its day where that is not the opening's. */
const clock = (ms, chars = 12) => (isOtherDay(ms) ? day(ms, true) + ', ' : '') + iso(ms).slice(11, 11 + chars);
const tick = (ms, every) => (every >= DAY ? day(ms, true) : iso(ms).slice(11, every >= 60000 ? 16 : 19));
const zone = () => (isLocal ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC');
const number = (n) => Math.round(n).toLocaleString('en');
const share = (part, whole) => (whole ? `${Math.round(100 * part / whole)} %` : '–');
const many = (n, one, more = one + 's') => `${number(n)} ${n === 1 ? one : more}`;
const times = (n) => (n === 1 ? 'once' : n === 2 ? 'twice' : `${number(n)} times`);
function long(ms) {
	const s = ms / 1000;
	if (s < 1) return `${Math.round(ms)} ms`;
	if (s < 60) return `${Number(s.toFixed(s < 10 ? 3 : 1))} s`;
	if (s < 7200) return `${Math.floor(s / 60)} min${Math.round(s % 60) ? ` ${Math.round(s % 60)} s` : ''}`;
	return s < 172800 ? `${(s / 3600).toFixed(1)} h` : `${(s / 86400).toFixed(1)} days`;
}
const WHY = {
	SEATS_TAKEN: 'a seat was held or sold already', NOT_ENOUGH_SEATS: 'fewer seats were free than were asked for', NO_SEATS_TOGETHER: 'there were not so many free seats together',
	SEATS_NOT_FOR_SALE: 'a seat was kept for a channel, and not for sale to everybody', LEAVES_SINGLE: 'a single seat would have been left between others', AREA_FULL: 'the area had less room than was asked for',
	ALREADY_RESERVED: 'the same session had a hold already', CUSTOMER_LIMIT: 'the customer would have had more of this show than one may have', CUSTOMER_REQUIRED: 'the request did not say whose it was, and the show limits what a customer may have',
	NOT_ON_SALE: 'the show was not on sale at that moment', WRONG_CHANNEL: 'its channel key was that of no channel of this show', TOO_MANY_SEATS: 'it asked for more seats than one reservation may hold', HOLD_TOO_LONG: 'it asked for a longer hold than this show allows',
	UNKNOWN_SEAT: 'the show had no such seat', UNKNOWN_AREA: 'the show had no such area', UNKNOWN_SHOW: 'there was no such show', HOLD_EXPIRED: 'the hold was over, and its seats had gone', HOLD_RELEASED: 'the hold had been given back', NOT_IN_RESERVATION: 'what it wanted to give back was not in the reservation',
	NOTHING_LEFT: 'nothing would have been left in the hold', UNKNOWN_RESERVATION: 'there was no such reservation', WRONG_SESSION: 'the reservation was that of another session', ALREADY_CONFIRMED: 'the reservation was sold already', INVALID_REQUEST: 'the request could not be read',
};

/** @param {any} parent @returns {any} */
function add(parent, name, text = undefined, attributes = {}) {
	const e = document.createElement(name);
	say(e, ...listOf(text));
	for (const key in attributes) e.setAttribute(key, attributes[key]);
	parent?.append(e);
	return e;
}
/** Texts and elements; lists of them too. */
function say(e, ...parts) { for (const part of parts.flat(3)) if (part !== undefined && part !== null && part !== '') e.append(part); return e; }
const strong = (text) => add(null, 'b', text);
function link(text, act, more = {}) {
	const e = add(null, 'button', text, { type: 'button', class: 'link', ...more });
	e.onclick = act;
	return e;
}
const seatLink = (i) => link(seats[i].id, () => answer(aboutSeat(i)));
/** Some seats by name. */
function seatList(list, most = 8) {
	const some = list.slice(0, most).flatMap((i, n) => [n ? (n === list.length - 1 ? ' and ' : ', ') : '', seatLink(i)]);
	return list.length > most ? [...some, ` and ${list.length - most} more`] : some;
}
const whole = (i) => [seats[i].section, seats[i].row && `row ${seats[i].row}`, seats[i].category].filter(Boolean).join(', ');
// Ids begin with the time: it is their end that tells them apart.
const brief = (id) => '…' + id.slice(-8);
const resLink = (n) => link(`reservation ${brief(idAt(reservations.ids, n))}`, () => answer(aboutReservation(n)), { title: idAt(reservations.ids, n) });
const requestName = (k) => (refusals.request ? [' ', link(`request ${brief(idAt(refusals.request, k))}`, () => answer(aboutRefusal(k)), { title: idAt(refusals.request, k) })] : ' a request');
const offsetMark = (offset) => add(null, 'span', `offset ${number(offset)}`, { class: 'offset' });
/** A line of a history. */
function line(log, at, kind, parts, offset) {
	const li = add(log, 'li', undefined, isOtherDay(at) ? { class: 'far' } : {});
	add(li, 'time', clock(at), { datetime: new Date(at).toISOString() });
	add(li, 'span', parts, { class: kind });
	if (offset !== undefined) li.append(offsetMark(offset));
	return li;
}

// ---- the hall at any moment: the changes, one upon the other ----

const FREE = 0, HELD = 1, SOLD = 2, ABSENT = 3, EACH = 4096;
const AFTER = { h: HELD, e: HELD, s: SOLD, r: FREE, l: FREE, c: FREE, '+': FREE };
class Hall {
	n = 0; // so many changes are in it
	status = new Uint8Array(seats.length);
	isKept = new Uint8Array(seats.length); // for a channel
	holder = new Int32Array(seats.length).fill(-1);
	since = new Int32Array(seats.length).fill(-1); // the change that made it what it is
	/** @type {{status: Uint8Array, isKept: Uint8Array, holder: Int32Array, since: Int32Array}[]} */ #kept = [];

	constructor() {
		const isSeen = new Uint8Array(seats.length);
		seats.forEach((seat, i) => { this.isKept[i] = seat.channel ? 1 : 0; });
		for (let k = 0; k < count; k++) {
			const what = changes.what[k];
			if (what === '+') for (const i of changes.seats[k]) this.status[i] = ABSENT;
			if (what === 'b' || what === 'p') for (const i of changes.seats[k]) if (!isSeen[i]++) this.isKept[i] = what === 'p' ? 1 : 0;
		}
		this.#keep();
		this.to(count);
	}
	#keep() { this.#kept.push({ status: this.status.slice(), isKept: this.isKept.slice(), holder: this.holder.slice(), since: this.since.slice() }); }
	#apply(k) {
		const what = changes.what[k], after = AFTER[what];
		for (const i of changes.seats[k]) {
			if (what === 'b' || what === 'p') {
				this.isKept[i] = what === 'b' ? 1 : 0;
				if (this.status[i] === FREE) this.since[i] = k;
				continue;
			}
			this.status[i] = after;
			this.holder[i] = after === FREE ? -1 : changes.reservation[k];
			if (what !== 'e') this.since[i] = k;
		}
	}
	/** What it was after so many changes. */
	to(n) {
		if (n < this.n || n - this.n > EACH) {
			const at = Math.min(Math.floor(n / EACH), this.#kept.length - 1);
			if (n < this.n || at * EACH > this.n) {
				for (const name of ['status', 'isKept', 'holder', 'since']) this[name].set(this.#kept[at][name]);
				this.n = at * EACH;
			}
		}
		while (this.n < n) {
			this.#apply(this.n++);
			if (this.n === this.#kept.length * EACH) this.#keep();
		}
		return this;
	}
	letter(i) { return this.status[i] === FREE ? (this.isKept[i] ? 'b' : '.') : ' rs-'[this.status[i]]; }
	count(status) { return this.status.reduce((n, one) => n + Number(one === status), 0); }
}
const past = new Hall(); // for what is asked

/** Free places and capacity of each area, as they change. */
const roomOf = areas.map(({ capacity }) => ({ offset: [-1], free: [capacity], capacity: [capacity] }));
(() => {
	const held = new Map(), began = new Set();
	for (let k = 0; k < areaChanges.offset.length; k++) {
		const a = areaChanges.area[k], n = Math.abs(areaChanges.count[k]), what = areaChanges.what[k], key = `${areaChanges.reservation[k]} ${a}`, room = roomOf[a];
		let free = room.free.at(-1), capacity = room.capacity.at(-1);
		if (what === '+') {
			free = began.has(a) ? free + n - capacity : n;
			capacity = n;
			began.add(a);
		} else if (what === 'h') { free -= n; held.set(key, (held.get(key) ?? 0) + n); }
		else if (what === 's') { free -= n - Math.min(n, held.get(key) ?? 0); held.delete(key); }
		else if (what !== 'e') { free += n; held.delete(key); }
		room.offset.push(areaChanges.offset[k]);
		room.free.push(free);
		room.capacity.push(capacity);
	}
})();
const roomAt = (a, offset) => { const n = Math.max(0, placeOf(roomOf[a].offset, offset, true) - 1); return [areas[a].id, roomOf[a].free[n], roomOf[a].capacity[n]]; };

const before = (offset) => placeOf(changes.offset, offset), until = (at) => placeOf(changes.at, at, true);
const momentOf = (n) => (n ? { at: changes.at[n - 1], offset: changes.offset[n - 1] } : { at: span.first_at, offset: span.first_offset });
/** When a hold was to end, as its last word before said. */
function endOf(r, n) {
	let end = reservations.at[r] + reservations.until[r];
	for (let k = before(reservations.offset[r]); k < n; k++) if (changes.reservation[k] === r && changes.until[k]) end = changes.at[k] + changes.until[k];
	return end;
}

// ---- what became of a seat ----

/** Of a change of seats, seen from one of them. */
function changeSaid(k, i) {
	const r = changes.reservation[k], others = changes.seats[k].filter((j) => j !== i), by = r < 0 ? '' : [' by ', resLink(r)], end = changes.until[k] && clock(changes.at[k] + changes.until[k]);
	switch (changes.what[k]) {
		case 'h': return ['held', ['Held', by, end && `, until ${end}`, others.length ? [', together with ', seatList(others)] : '', '.']];
		case 'e': return ['held', ['Its hold', r < 0 ? '' : [' (', resLink(r), ')'], ` was changed: it is held until ${end || 'then'}.`]];
		case 's': return ['sold', ['Sold to ', r < 0 ? 'a reservation' : resLink(r), others.length ? [', together with ', seatList(others)] : '', '.']];
		case 'r': return ['free', ['Given back', by, '. Free again.']];
		case 'l': return ['free', ['The hold', r < 0 ? '' : [' of ', resLink(r)], ` lapsed${r < 0 ? '' : `: it was over at ${clock(endOf(r, k))}`}. Free again.`]];
		case 'c': return ['free', ['The sale to ', r < 0 ? 'a reservation' : resLink(r), ' was cancelled for this seat. Free again.']];
		case 'b': return ['kept', ['Taken out of public sale, and kept for a channel.']];
		case 'p': return ['free', ['Put on public sale.']];
		default: return ['free', ['Added to the show.']];
	}
}
/** Why a seat was not to be had at an offset; null: it was. */
function stateSaid(i, offset, at) {
	const hall = past.to(before(offset)), status = hall.status[i], r = hall.holder[i], since = hall.since[i];
	if (status === HELD || status === SOLD) {
		const ms = at - changes.at[since];
		return [status === SOLD ? 'sold to ' : 'held by ', r < 0 ? 'a reservation' : resLink(r), ` since ${clock(changes.at[since])} (`, offsetMark(changes.offset[since]), `), ${ms ? `${long(ms)} before` : 'directly before, within the same millisecond'}`];
	}
	return status === ABSENT ? ['not there yet'] : hall.isKept[i] ? ['kept for a channel'] : null;
}
/** A sentence about a refused request, seen from one of its seats or from none. */
function refusalSaid(k, i = -1) {
	const why = whyOf(k), offset = refusals.offset[k], at = refusals.at[k], list = seatsOf(k), name = requestName(k);
	const state = i >= 0 && stateSaid(i, offset, at);
	if (why !== 'SEATS_TAKEN' || i < 0) return ['Refused to', name, `: ${WHY[why] ?? why}.`];
	if (state) return ['Refused to', name, ': it was ', state, '.'];
	const other = list.find((j) => j !== i && stateSaid(j, offset, at));
	return ['Refused to', name, ': it was free itself, but ', other === undefined ? 'another seat of the request was not.' : ['the request named ', seatLink(other), ' too, which was ', stateSaid(other, offset, at), '.']];
}
/** All that happened to a seat, in order. @returns {{offset: number, at: number, change: number, refusal: number}[]} */
function eventsOf(i) {
	const found = [];
	for (let k = 0; k < count; k++) if (changes.seats[k].includes(i)) found.push({ offset: changes.offset[k], at: changes.at[k], change: k, refusal: -1 });
	for (let k = 0; k < refusals.offset.length; k++) {
		let n = refusals.from[k];
		while (n < refusals.from[k + 1] && refusals.list[n] !== i) n++;
		if (n < refusals.from[k + 1]) found.push({ offset: refusals.offset[k], at: refusals.at[k], change: -1, refusal: k });
	}
	return found.sort((a, b) => a.offset - b.offset);
}
/** Refusals that are counted alone: [second, count]. */
function countedOf(i) {
	let second = Math.floor(span.first_at / 1000);
	return (story.refused_more[i] ?? []).map(([d, n]) => [(second += d) * 1000, n]);
}
/** A history as a list; refusals that follow each other are one line, which opens. */
function tellHistory(parent, i, events = eventsOf(i), counted = countedOf(i)) {
	const log = add(parent, 'ol', undefined, { class: 'log' });
	for (let n = 0; n < events.length;) {
		const { change, at, offset } = events[n];
		if (change >= 0) {
			const [kind, parts] = changeSaid(change, i);
			line(log, at, kind, parts, offset);
			n++;
			continue;
		}
		let last = n;
		while (last + 1 < events.length && events[last + 1].change < 0) last++;
		const between = counted.filter(([second]) => second + 999 >= at && second <= (events[last + 1]?.at ?? Infinity) && !(events[last + 1] && second > events[last].at + 999 && second + 999 >= events[last + 1].at));
		const more = between.reduce((sum, [, c]) => sum + c, 0);
		for (const one of between) counted.splice(counted.indexOf(one), 1);
		if (last - n < 3 && !more) for (; n <= last; n++) line(log, events[n].at, 'no', refusalSaid(events[n].refusal, i), events[n].offset);
		else {
			const all = events.slice(n, last + 1), state = stateSaid(i, offset, at);
			const li = line(log, at, 'no', [`Refused ${times(all.length + more)} until ${clock(events[last].at)}`, state ? [', first while it was ', state] : '', '.'], offset);
			const details = add(li, 'details'), inner = () => {
				if (details.open && !details.querySelector('ol')) {
					const list = add(details, 'ol', undefined, { class: 'log' });
					for (const one of all) line(list, one.at, 'no', refusalSaid(one.refusal, i), one.offset);
					for (const [second, c] of between) line(list, second, 'no', `and ${times(c)} more in this second, of which the report keeps the number alone.`);
				}
			};
			add(details, 'summary', all.length === 1 ? 'Show it' : `Show all ${number(all.length)}${more ? `, and ${number(more)} more by second` : ''}`);
			details.ontoggle = inner;
			n = last + 1;
		}
	}
	if (!events.length) add(parent, 'p', 'Nothing happened to it in the time of this report.');
}

// ---- answers: what is asked, and what is said ----

/** An answer: a heading, and what fills the rest. @typedef {{head: any, tell: (e: HTMLElement) => void, seat?: number, n?: number}} Said */
let shown = null; // what is being answered

function answer(said, isHere = true) {
	const e = $('answer');
	shown = said;
	e.hidden = false;
	e.replaceChildren();
	add(e, 'h3', said.head);
	said.tell(e);
	if (said.seat !== undefined) view.choose(said.seat);
	if (!isHere) return;
	e.focus({ preventScroll: true });
	e.scrollIntoView({ block: 'nearest' });
	if (e.getBoundingClientRect().top < 60) $('ask').scrollIntoView();
}
const next = (e, ...links) => { const p = add(e, 'p', undefined, { class: 'next' }); for (const [text, act] of links) add(p, 'button', text).onclick = act; };
const toHall = (n) => ['Show the hall at this moment', () => { view.go(n); $('hall').scrollIntoView(); }];

/** What a seat was at a moment. */
function wasSaid(i, at, n) {
	const hall = past.to(n), status = hall.status[i], r = hall.holder[i], since = hall.since[i], { id } = seats[i];
	const began = since < 0 ? '' : [` since ${clock(changes.at[since])} (`, offsetMark(changes.offset[since]), ')'];
	if (status === ABSENT) return [`At ${clock(at)} there was no seat ${id} yet.`];
	if (status === FREE) return [`At ${clock(at)} nobody had ${id}: it was ${hall.isKept[i] ? 'kept for a channel' : 'free'}`, began, since < 0 ? ', and had never been held.' : '.'];
	if (status === SOLD) return [`At ${clock(at)} ${id} was sold to `, r < 0 ? 'a reservation' : resLink(r), began, '.'];
	const end = r < 0 ? Infinity : endOf(r, n);
	return [`At ${clock(at)} ${id} was held by `, r < 0 ? 'a reservation' : resLink(r), began, r < 0 ? '.' : end <= at ? `; the hold had been over since ${clock(end)}, and whoever asked next would have got it.` : `, until ${clock(end)}.`];
}
/** What became of what somebody had. */
function fateSaid(r) {
	const after = reservations.ended[r], when = after >= 0 ? ` at ${clock(reservations.at[r] + after)}` : '';
	return { h: 'It was still held when this report ends.', s: `It was sold${when}.`, r: `It was given back${when}.`, l: `It lapsed: nobody paid${when && `, and its places were free again${when}`}.`, c: `It was sold, and cancelled later.` }[reservations.status[r]];
}
/** @returns {Said} */
function aboutSeat(i, at = null) {
	const events = eventsOf(i), { id } = seats[i], place = whole(i);
	if (at === null) {
		const had = demand.seats;
		return { seat: i, head: `Seat ${id}${place && ` (${place})`} was wanted ${times(had.wanted[i])}, and refused ${times(had.refused[i])}.`,
			tell: (e) => { add(e, 'p', [wasSaid(i, span.last_at, count), ' That is how this report ends.']); tellHistory(e, i, events); next(e, ['See it on the map', () => $('hall').scrollIntoView()]); } };
	}
	const n = until(at), r = past.to(n).holder[i], second = Math.floor(at / 1000) * 1000, within = events.filter((one) => one.at >= second && one.at < second + 1000);
	const counted = countedOf(i).filter(([start]) => start === second).reduce((sum, [, c]) => sum + c, 0);
	return { seat: i, n, head: wasSaid(i, at, n), tell(e) {
		if (at > span.last_at || at < span.first_at) add(e, 'p', `This report begins at ${clock(span.first_at)} and ends at ${clock(span.last_at)}, ${zone()}.`);
		if (r >= 0 && !(past.to(n).status[i] === SOLD && reservations.status[r] === 's')) add(e, 'p', fateSaid(r));
		const later = events.find((one) => one.at > at && one.change >= 0);
		if (within.length || counted) add(e, 'p', `In that second, ${clock(at, 8)}, this happened to it:`);
		if (within.length) tellHistory(e, i, within, []);
		if (counted) add(e, 'p', `Besides, it was refused ${times(counted)} in that second to requests of which this report keeps the number alone.`);
		if (!within.length && !counted && later) add(e, 'p', ['Nothing happened to it in that second. Next: at ', clock(later.at), '. ', changeSaid(later.change, i)[1]]);
		next(e, toHall(n), [`Whole history of ${id}`, () => answer(aboutSeat(i))]);
	} };
}
/** @returns {Said} */
function aboutReservation(r) {
	const taken = [];
	for (let k = before(reservations.offset[r]); k < count; k++) if (changes.reservation[k] === r) taken.push(k);
	const list = [...new Set(taken.flatMap((k) => changes.seats[k]))], places = [];
	for (let k = 0; k < areaChanges.offset.length; k++) if (areaChanges.reservation[k] === r && areaChanges.what[k] === 'h') places.push(`${many(areaChanges.count[k], 'place')} in ${areas[areaChanges.area[k]].id}`);
	return { head: ['Reservation ', add(null, 'code', idAt(reservations.ids, r)), ' held ', list.length ? seatList(list) : '', list.length && places.length ? ' and ' : '', places.join(', '), ` from ${clock(reservations.at[r])} (`, offsetMark(reservations.offset[r]), ').'], seat: list[0], tell(e) {
		add(e, 'p', fateSaid(r));
		const others = reservations.session.reduce((all, who, n) => (who === reservations.session[r] && n !== r ? [...all, n] : all), []);
		if (others.length) add(e, 'p', [`The same session had ${many(others.length, 'other reservation')}: `, others.slice(0, 10).flatMap((n, k) => [k ? ', ' : '', resLink(n)]), '.']);
		const log = add(e, 'ol', undefined, { class: 'log' });
		for (const k of taken) line(log, changes.at[k], changeSaid(k, -1)[0], [changes.seats[k].length ? [seatList(changes.seats[k]), ': '] : '', WHAT[changes.what[k]], changes.until[k] ? ` until ${clock(changes.at[k] + changes.until[k])}` : '', '.'], changes.offset[k]);
		next(e, toHall(before(reservations.offset[r]) + 1));
	} };
}
const WHAT = { h: 'held', e: 'the hold was changed', s: 'sold', r: 'given back', l: 'the hold lapsed', c: 'cancelled', b: 'kept for a channel', p: 'put on public sale', '+': 'added' };
/** @returns {Said} */
function aboutRefusal(k) {
	const why = whyOf(k), list = seatsOf(k), at = refusals.at[k], offset = refusals.offset[k];
	return { head: ['The request was refused: ', WHY[why] ?? why, '.'], seat: list[0], tell(e) {
		add(e, 'p', ['It was appended at ', clock(at), ' (', offsetMark(offset), ')', refusals.request ? [', with the id ', add(null, 'code', idAt(refusals.request, k))] : '', '. The answer was ', add(null, 'code', why), '.']);
		const log = add(e, 'ul', undefined, { class: 'log' });
		for (const i of list) {
			const state = stateSaid(i, offset, at);
			add(add(log, 'li'), 'span', [seatLink(i), ' was ', state ?? 'free', '.'], { class: state ? 'no' : 'free', style: 'grid-column: 1 / 4' });
		}
		if (!list.length) add(e, 'p', 'It named no seat: it asked for the best ones, or for places in an area.');
		add(e, 'p', 'What stood before it had the smaller offset: requests are decided in the order in which Kafka appended them.');
		next(e, toHall(before(offset)));
	} };
}
const demandSaid = (row) => `${row.requests === undefined ? '' : `${many(row.requests, 'request')} named or got ${row.seats ? 'a seat' : 'places'} of it. `}In ${row.seats ? 'seats' : 'places'}: wanted ${times(row.wanted)}, given ${times(row.granted)}, refused ${times(row.refused)}. ${number(row.sold)} of its ${many(row.seats ?? row.capacity, row.seats ? 'seat' : 'place')} are sold.`;
/** @returns {Said} */
const aboutGroups = (name, rows) => ({ head: rows.length === 1 ? `${name}: wanted by ${many(rows[0].row.requests ?? rows[0].row.wanted, 'request')}.` : `${name}: there are ${rows.length}.`, tell(e) {
	for (const { row, title } of rows) add(e, 'p', [strong(`${title}. `), demandSaid(row)]);
	next(e, ['See all rows', () => $('demand-tables').scrollIntoView()]);
} });
/** @returns {Said} */
const nothing = (text, hints = []) => ({ head: text, tell: (e) => { if (hints.length) add(e, 'p', ['Did you mean ', hints.flatMap((i, n) => [n ? ', ' : '', seatLink(i)]), '?']); } });

/** A time as people write it, in the zone of the page: 10:00:03, 10:00:03.120, 2026-11-28 10:00. null: it is none. */
function readTime(text) {
	const found = /^(?:(\d{4}-\d\d-\d\d)[ T])?(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,3}))?)?(Z)?$/.exec(text.trim());
	if (!found) return null;
	const [, date, h, m, s = '00', ms, z] = found;
	const on = (at) => { const utc = Date.parse(`${date ?? iso(at).slice(0, 10)}T${h.padStart(2, '0')}:${m}:${s}.${(ms ?? '').padEnd(3, '0')}Z`); return isLocal && !z ? utc + new Date(utc).getTimezoneOffset() * 60000 : utc; };
	const isIn = (at) => at >= span.first_at - 1000 && at <= span.last_at + 1000;
	const at = date ? on(0) : [span.opening_at, span.first_at, span.last_at].map(on).find(isIn) ?? on(span.opening_at);
	return Number.isNaN(at) ? null : { at };
}
const readOffset = (text) => { const found = /^(?:offset\s*|#)([\d,. ]+)$/i.exec(text.trim()); return found && Number(found[1].replace(/[,. ]/g, '')); };
const same = (a, b) => String(a ?? '').toLowerCase() === b;

/** A seat as people name it: A 12, a-12, row A seat 12; the one that it can be. */
function seatMeant(text) {
	const bare = (/** @type {string} */ name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''), [, section = '', row, pos] = /^(?:(.+?),?\s+)?row\s+(\S+?),?\s+(?:seat|place|number|no\.?)\s+(\d+)$/.exec(text) ?? [];
	const those = (is) => seats.flatMap((seat, i) => (is(seat) ? [i] : [])), isInRow = (seat) => same(seat.row, row) && (!section || same(seat.section, section));
	const ways = row ? [(seat) => isInRow(seat) && bare(seat.id).endsWith(bare(row + pos)), (seat) => isInRow(seat) && String(seat.pos) === pos] : [(seat) => bare(seat.id) === bare(text)];
	return bare(text) ? ways.map(those).find((found) => found.length === 1)?.[0] : undefined;
}
const favoured = () => ({ head: favouredSaid(), tell: (to) => next(to, ['What that rests on', () => $('fair').scrollIntoView()]) });
const lapsed = () => ({ head: lapsedSaid(), tell: (to) => next(to, ...(totals.lapses ? [['When they lapsed', () => $('lapsed').scrollIntoView()]] : []), ['Who lets lapse', () => $('hoarding').scrollIntoView()]) });
// Questions in words, which are no name of anything.
const QUESTIONS = [[/favou?red/i, () => favoured()], [/\blapsed?\b/i, () => lapsed()], [/\brefused\b/i, () => whyRefused()]];

/** @returns {Said} */
function asked(what, when) {
	what = what.replace(/[?!.\s]+$/, '');
	const both = /^(.*?)\s+(?:at\s+)?((?:\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,3})?)?)(?:\s*utc|z)?$/i.exec(what);
	if (both && !when) return asked(both[1], both[2]);
	const text = what.trim().toLowerCase().replace(/^((who had|how many wanted|what about|(why was \S+ )?refused)\s+)?(seat\s+)?/, ''), i = indexOfSeat.get(text) ?? seatMeant(text);
	const known = i === undefined && QUESTIONS.find(([pattern]) => /** @type {RegExp} */ (pattern).test(what));
	if (known) return /** @type {any} */ (known[1])();
	const time = when ? readTime(when) : null, byOffset = readOffset(what) ?? (indexOfSeat.has(text) || !/^\d[\d,]{3,}$/.test(text) ? null : Number(text.replace(/,/g, '')));
	if (when && !time) return nothing(`“${when}” is no time: write it as 10:00:03 or 10:00:03.120.`);
	if (!text && time) { view.go(until(time.at)); return { head: `The hall at ${clock(time.at)}`, n: until(time.at), tell: (e) => { add(e, 'p', momentSaid(until(time.at))); next(e, toHall(until(time.at))); } }; }
	if (!text) return nothing('Name a seat, a row, an area, a reservation, a request or an offset; a time alone shows the hall at that time.');
	if (i !== undefined) return aboutSeat(i, time?.at);
	if (byOffset !== null) return aboutOffset(byOffset);
	const hex = text.replace(/-/g, '');
	if (/^[0-9a-f]{6,32}$/.test(hex)) {
		const found = [];
		for (const [all, about, linkTo] of /** @type {any[]} */ ([[reservations.ids, aboutReservation, resLink], [refusals.request, aboutRefusal, (k) => requestName(k)[1]]]))
			for (let at = (all || '').indexOf(hex); at >= 0 && found.length < 20; at = all.indexOf(hex, at + 1)) if (at % 32 + hex.length <= 32) found.push({ about, linkTo, n: Math.floor(at / 32) });
		if (found.length === 1) return found[0].about(found[0].n);
		if (found.length) return { head: `${found.length < 20 ? found.length : 'Many'} ids have “${what.trim()}” in them; their ends tell them apart.`, tell: (e) => { add(e, 'p', found.flatMap(({ linkTo, n }, k) => [k ? ', ' : '', linkTo(n)])); } };
		return nothing(refusals.request ? 'No reservation and no kept refusal has this id. Of much refused seats only the first and last refusals are kept here; holdfast-audit --request-id=ID finds every one.'
			: 'No reservation has this id. With so many refusals their requests’ ids are left out here: holdfast-audit --request-id=ID finds every one, and writes a letter.');
	}
	const name = text.replace(/^(row|section|category|area)\s+/, ''), groups = [
		...demand.rows.filter(({ row, section }) => same(row, name) || same(`${section} ${row}`, name) || same(`${section}, row ${row}`, name) || (section && same(`${row} ${section}`, name))).map((row) => ({ row, title: [row.section, `row ${row.row}`].filter(Boolean).join(', ') })),
		...demand.sections.filter(({ section }) => same(section, name)).map((row) => ({ row, title: `Section ${row.section}` })), ...demand.categories.filter(({ category }) => same(category, name)).map((row) => ({ row, title: `Category ${row.category}` })),
		...demand.areas.filter(({ id }) => same(id, name)).map((row) => ({ row, title: `Area ${row.id}` }))];
	if (groups.length) return aboutGroups(groups.length === 1 ? groups[0].title : what.trim(), groups);
	const hints = seats.reduce((all, { id }, n) => (all.length < 8 && id.toLowerCase().includes(text) ? [...all, n] : all), []);
	const rows = /^row\b/.test(text) && [...new Set(demand.rows.map(({ row }) => row))].slice(0, 40).join(', ');
	return nothing(`There is no seat, row, section, category or area “${what.trim()}”.${rows ? ` The rows are: ${rows}.` : ''}`, hints);
}
/** @returns {Said} */
function aboutOffset(offset) {
	const k = before(offset), refusal = placeOf(refusals.offset, offset);
	if (refusals.offset[refusal] === offset) return aboutRefusal(refusal);
	if (changes.offset[k] !== offset) return nothing(`Nothing of this show changed at offset ${number(offset)}, and no refusal that is kept here stands there.`);
	return { head: [`At offset ${number(offset)}, ${clock(changes.at[k])}:`], n: k + 1, seat: changes.seats[k][0], tell(e) {
		const log = add(e, 'ol', undefined, { class: 'log' });
		for (let n = k; changes.offset[n] === offset; n++) line(log, changes.at[n], changeSaid(n, -1)[0], [seatList(changes.seats[n]), ': ', WHAT[changes.what[n]], changes.reservation[n] < 0 ? '' : [', ', resLink(changes.reservation[n])], '.'], offset);
		next(e, toHall(placeOf(changes.offset, offset, true)));
	} };
}

// ---- the hall, drawn ----

const TEXTS = { live: '', loading: '', '.': 'free', r: 'held', s: 'sold', b: 'kept for a channel', '-': 'not there yet', x: 'chosen' };
/** The seats as the map has them; where none has a place they stand in the order of their names, side by side. */
const mapSeats = (() => {
	const all = story.layout.seats, wide = Math.ceil(Math.sqrt(1.6 * all.length));
	if (all.some(({ x, row }) => x !== undefined || row !== undefined)) return all;
	const names = new Intl.Collator('en', { numeric: true }), order = all.map((_, i) => i).sort((a, b) => names.compare(all[a].seat_id, all[b].seat_id)), placed = [];
	order.forEach((i, n) => { placed[i] = { ...all[i], x: n % wide * 100, y: Math.floor(n / wide) * 100 }; });
	return placed;
})();
const PRINTED = new CSSStyleSheet();
PRINTED.replaceSync(`@media print { :host { container-type: normal; } .all { height: auto; } .scroll { position: static; display: block; } .zoom { display: none; }
	.pad, .house { width: 100% !important; height: auto !important; transform: none !important; } }`);
/** A seat map that a page feeds. */
function mapIn(place, texts, onSeat) {
	const map = add(place, 'holdfast-seat-map', undefined, { mode: 'view' });
	map.shadowRoot.adoptedStyleSheets.push(PRINTED);
	map.texts = texts;
	map.addEventListener('holdfast-seat', ({ detail }) => onSeat(indexOfSeat.get(detail.seat_id.toLowerCase())));
	return map;
}
/** A sentence about the moment after n changes. */
function momentSaid(n) {
	const { at, offset } = momentOf(n), hall = past.to(n), there = seats.length - hall.count(ABSENT), held = hall.count(HELD), sold = hall.count(SOLD);
	const rooms = areas.map((_, a) => roomAt(a, offset)).map(([id, free, capacity]) => ` ${id}: ${number(free)} of ${number(capacity)} places free.`);
	return [strong(clock(at)), ` ${zone()}, `, offsetMark(offset), `. Of ${many(there, 'seat')} ${number(there - held - sold)} are free, ${number(held)} held, ${number(sold)} sold.`, rooms];
}
class View {
	n = count;
	/** @type {any} */ map = null;
	/** @type {string[]} */ #letters = [];
	chosen = -1;
	frame = 0; // of what plays
	draw() {
		if (this.map) return;
		this.map = mapIn($('map'), TEXTS, (i) => { this.choose(i); $('history').scrollIntoView({ block: 'nearest' }); });
		this.#letters = this.lettersAt(this.n);
		this.map.feed({ t: 'snap', o: this.n, layout: 'hall', s: this.#letters.join(''), areas: this.rooms(), show: { title }, seats: mapSeats });
		if (this.chosen >= 0) this.map.selection = [seats[this.chosen].id];
	}
	lettersAt(n) { const hall = past.to(n); return seats.map((_, i) => hall.letter(i)); }
	rooms() { const { offset } = momentOf(this.n); return areas.map((_, a) => roomAt(a, offset)); }
	/** The hall after n changes. */
	go(n) {
		this.n = Math.max(0, Math.min(count, n));
		$('slide').value = this.n;
		const { at, offset } = momentOf(this.n), last = this.n - 1;
		$('slide').setAttribute('aria-valuetext', `${clock(at)}, offset ${number(offset)}`);
		$('now').replaceChildren();
		say($('now'), momentSaid(this.n));
		if (last >= 0 && changes.seats[last].length) say($('now'), ' Just now: ', seatList(changes.seats[last], 4), ' ', WHAT[changes.what[last]], changes.reservation[last] < 0 ? '' : [', ', resLink(changes.reservation[last])], '.');
		if (!this.map) return;
		const letters = this.lettersAt(this.n), c = letters.flatMap((letter, i) => (letter === this.#letters[i] ? [] : [[i, letter]]));
		this.#letters = letters;
		this.map.feed({ t: 'd', o: this.n, c, a: this.rooms() });
	}
	choose(i) {
		this.chosen = i;
		if (this.map) this.map.selection = [seats[i].id];
		const e = $('history'), place = whole(i);
		e.replaceChildren();
		add(e, 'h3', `The history of ${seats[i].id}${place && ` (${place})`}`);
		tellHistory(e, i);
	}
	play(isOn = !this.frame) {
		cancelAnimationFrame(this.frame);
		this.frame = 0;
		$('play').textContent = isOn ? 'Pause' : 'Play';
		if (!isOn) return;
		if (this.n === count) this.go(0);
		const speed = Number($('speed').value), first = this.n, start = momentOf(first + (first ? 0 : 1)).at;
		/** @type {number} */ let began;
		const step = (now) => {
			began ??= now;
			const n = speed ? until(start + (now - began) * speed) : first + Math.ceil((now - began) * count / 20000);
			if (n !== this.n) this.go(n);
			if (this.n >= count) this.play(false); else this.frame = requestAnimationFrame(step);
		};
		this.frame = requestAnimationFrame(step);
	}
}
const view = new View();

// ---- how often a seat was wanted: the same map, whose categories are numbers ----

const HEAT = ['light-dark(#d9d4dd, #3a3540)', 'light-dark(#f3b9c4, #6d2b42)', 'light-dark(#ea8aa0, #9c3458)', 'light-dark(#d9537b, #cf4470)', 'light-dark(#a8154a, #ff7d9d)', 'light-dark(#5d0a2a, #ffd0da)'];
const heat = {
	/** @type {any} */ map: null,
	/** Bounds of classes of about as many seats each, as round as can be. */
	bounds(values) {
		const some = values.filter(Boolean).sort((a, b) => a - b), found = [];
		for (let n = 1; n < 5 && some.length; n++) {
			const value = some[Math.floor(some.length * n / 5)], power = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
			found.push(Math.ceil(value / power) * power);
		}
		return [1, ...new Set(found.filter((n) => n > 1))];
	},
	draw() {
		const of = /** @type {any} */ (document.querySelector('input[name=heat]:checked')).value, values = demand.seats[of], bounds = this.bounds(values), most = values.reduce((a, b) => Math.max(a, b), 0);
		// The map puts its categories in order by name: a number comes first in each.
		const names = ['0 times', ...bounds.map((from, n) => { const to = (bounds[n + 1] ?? most + 1) - 1; return to > from ? `${from} to ${to} times` : `${from} time${from > 1 ? 's' : ''}`; })];
		this.map ??= mapIn($('heat'), { ...TEXTS, '.': '', x: '', r: '', s: '' }, (i) => {
			this.map.selection = [seats[i].id];
			$('heat-said').replaceChildren();
			say($('heat-said'), strong(seats[i].id), whole(i) && ` (${whole(i)})`, `: wanted ${times(demand.seats.wanted[i])}, given ${times(demand.seats.granted[i])}, refused ${times(demand.seats.refused[i])}. `, link('Its history', () => answer(aboutSeat(i))));
		});
		this.map.setAttribute('category-colors', JSON.stringify(Object.fromEntries(names.map((name, n) => [name, HEAT[n]]))));
		this.map.feed({ t: 'snap', o: 0, layout: of, s: '.'.repeat(seats.length), areas: [], show: { title: `how often each seat was ${of}` },
			seats: mapSeats.map((seat, i) => ({ ...seat, flags: undefined, category: names[values[i] ? bounds.findLastIndex((from) => values[i] >= from) + 1 : 0] })) });
	},
};

// ---- the parts ----

const hasQueue = story.queue.length > 0, longestQueue = story.queue.reduce((a, b) => (b.wait_max > (a?.wait_max ?? -1) ? b : a), null);
function queueSaid() {
	if (!totals.waits) return 'How long requests waited is not known: no reply was read.';
	if (!hasQueue) return `The queue was never longer than a second: the longest wait was ${long(totals.wait_max)}.`;
	if (story.queue.length === 1 && longestQueue.to === longestQueue.from) return `The queue was longer than a second once, at ${clock(longestQueue.from)}: ${many(longestQueue.requests, 'request')} waited up to ${long(longestQueue.wait_max)}.`;
	const all = story.queue.reduce((sum, { from, to }) => sum + to - from, 0);
	return `The queue was longer than a second ${times(story.queue.length)}, ${story.queue.length > 1 ? `for ${long(all)} together; the worst ` : ''}from ${clock(longestQueue.from)} to ${clock(longestQueue.to)} (${long(longestQueue.to - longestQueue.from)}). ${many(totals.waited_over_1s, 'request')} of ${number(totals.waits)} waited longer than a second, the longest ${long(totals.wait_max)}.`;
}
const lapsedSaid = () => `${totals.holds_lapsed ? `${many(totals.holds_lapsed, 'hold')} of ${number(totals.holds)} lapsed (${share(totals.holds_lapsed, totals.holds)}): nobody paid in time, and the places were free again.` : `None of ${many(totals.holds, 'hold')} lapsed.`} ${number(totals.holds_sold)} were sold, ${number(totals.holds_released)} given back${totals.holds_cancelled ? `, ${number(totals.holds_cancelled)} sold and cancelled later` : ''}${totals.holds_held ? `, ${number(totals.holds_held)} are still held` : ''}.`;
function favouredSaid() {
	if (audit.differences) return `It cannot be said: the audit found ${many(audit.differences, 'difference')} between what was decided and what should have been.`;
	if (!audit.verified) return 'The audit did not come to its end, so it is not proven.';
	return 'No. Every request was decided in the order in which Kafka appended it, by the same rules for all; the audit decided each once more, by code of its own, and came to the same.';
}
const refusedSaid = () => `${number(totals.refused)} of ${number(totals.asked)} were refused (${share(totals.refused, totals.asked)}).`;

function tellTop() {
	$('title').textContent = title;
	$('when').textContent = [show.title && show.id, show.on_sale_from && `on sale from ${day(show.on_sale_from)}, ${iso(show.on_sale_from).slice(11, 19)}`, `as of ${day(span.last_at)}, ${iso(span.last_at).slice(11, 19)} ${zone()}`].filter(Boolean).join(' · ');
	$('verdict').className = audit.verified && !audit.differences ? '' : 'bad';
	$('verdict').textContent = audit.differences ? `The audit found ${many(audit.differences, 'difference')}. What stands here may not be what customers were told: see the certificate.`
		: audit.verified ? `✓ Checked: ${many(audit.records, 'record')} decided once more, and nothing differs.` : 'Not proven: the audit did not come to its end. See the certificate.';
	$('what').placeholder = seats[0]?.id ?? 'seat';
	const dl = $('short');
	dl.replaceChildren();
	for (const [name, value, more] of [
		['Sold', `${number(house.sold)} of ${number(house.places)}`, `${share(house.sold, house.places)} of the places${house.held ? `; ${number(house.held)} are held` : ''}`],
		['Asked for', number(totals.asked), `${many(totals.requests, 'record')} in all, with payments and the rest`],
		['Granted', number(totals.granted), share(totals.granted, totals.asked) + ' of what was asked'],
		['Refused', number(totals.refused), share(totals.refused, totals.asked) + ' of what was asked'],
		['Holds that lapsed', number(totals.holds_lapsed), `of ${number(totals.holds)}, ${share(totals.holds_lapsed, totals.holds)}`],
		['Longest wait', totals.waits ? long(totals.wait_max > 1000 ? Math.round(totals.wait_max / 100) * 100 : totals.wait_max) : '–', totals.waits ? `half waited at most ${long(totals.wait_p50)}` : 'no reply was read'],
	]) {
		const div = add(dl, 'div');
		add(div, 'dt', name);
		add(div, 'dd', [strong(value), add(null, 'span', more)]);
	}
}
/** The five things that are asked most, as buttons; the first two ask with a seat and a time that there is something to say of. */
function tellQuestions() {
	// A refusal soon after the opening, of the seat that was wanted most.
	let k = -1;
	for (let n = placeOf(refusals.at, span.opening_at), most = -1; n < refusals.at.length && refusals.at[n] < span.opening_at + 10000; n++) {
		const wanted = demand.seats.wanted[refusals.list[refusals.from[n]]];
		if (whyOf(n) === 'SEATS_TAKEN' && wanted > most) { k = n; most = wanted; }
	}
	const some = k < 0 ? -1 : seatsOf(k)[0];
	const i = some >= 0 ? some : demand.seats.wanted.indexOf(Math.max(...demand.seats.wanted)), held = changes.seats.findIndex((list, n) => changes.what[n] === 'h' && list.includes(i)), at = k >= 0 ? refusals.at[k] : held >= 0 ? changes.at[held] : span.last_at, row = demand.rows.reduce((a, b) => ((b.requests ?? b.wanted) > (a?.requests ?? a?.wanted ?? -1) ? b : a), null);
	const ask = (what, when) => { $('what').value = what; $('at').value = when; answer(asked(what, when)); };
	const e = $('questions'), moment = iso(at).slice(11, 19);
	$('at').placeholder = moment;
	e.replaceChildren();
	for (const [text, act] of /** @type {[string, () => void][]} */ ([
		...(seats.length ? [[`Who had ${seats[i].id} at ${moment}?`, () => ask(seats[i].id, (isOtherDay(at) ? iso(at).slice(0, 10) + ' ' : '') + moment)]] : []),
		['Why was I refused?', () => answer(whyRefused())],
		['Was anyone favoured?', () => answer(favoured())],
		...(row ? [[`How many wanted row ${row.row}?`, () => ask(`row ${row.row}`, '')]] : []),
		['How many holds lapsed?', () => answer(lapsed())],
	])) add(e, 'button', text, { type: 'button' }).onclick = act;
}
/** @returns {Said} */
const whyRefused = () => ({ head: 'Type the seat and the time of the refusal above, or the id of the request: the answer names what stood before it.', tell(e) {
	add(e, 'p', `These are the reasons for which requests were refused. ${refusedSaid()}`);
	reasons(e);
	$('what').focus();
} });
function reasons(parent) {
	const rows = Object.entries(totals.by_outcome).filter(([name]) => WHY[name]).sort((a, b) => b[1] - a[1]).map(([name, n]) => [WHY[name], n, name]);
	add(parent, 'holdfast-bars').show({ title: 'Why requests were refused', columns: [{ name: 'Because' }, { name: 'Refused', isBar: true, tone: 2 }, { name: 'In the reply' }], rows });
}

/** Do the seconds around the opening hold all of the sale? Then there is nothing to say by minute. */
const isShort = span.last_at < span.opening_at + 600000 && !(minutes.start.find((_, n) => minutes.asked[n]) < span.opening_at - 60000);
function tellSale() {
	const began = Math.max(span.opening_at, seconds.start.find((at, n) => seconds.asked[n] && at >= span.opening_at) ?? 0), step = isShort ? 1000 : 60000, of = isShort ? 'Second' : 'Minute', word = of.toLowerCase();
	const said = $('sale-said'), plots = $('sale-plots'), opening = [{ at: span.opening_at, text: show.on_sale_from === span.opening_at ? 'on sale' : 'the rush' }];
	const busiest = seconds.start.reduce((best, _, n) => (seconds.requests[n] > (seconds.requests[best] ?? 0) ? n : best), 0), rows = isShort ? seconds : minutes, half = rows.sold_total.findIndex((n) => n >= house.sold / 2);
	for (const e of [said, plots]) e.replaceChildren();
	for (const text of [
		`${many(totals.asked, 'request')} asked for seats or places: ${number(totals.granted)} were granted, ${number(totals.refused)} refused.${seconds.start.length ? ` In the busiest second, ${clock(seconds.start[busiest], 8)}, there came ${many(seconds.requests[busiest], 'request')}, of whatever kind.` : ''}`,
		`${number(house.sold)} of ${many(house.places, 'place')} are sold${house.sold && half >= 0 && rows.start[half] >= began ? `; half of them were paid within ${long(rows.start[half] + step - began)} of ${show.on_sale_from === span.opening_at ? 'the opening' : 'the first request of the rush'}` : ''}.`, lapsedSaid(), queueSaid()]) add(said, 'p', text);
	const from = minutes.start.find((_, n) => minutes.asked[n]), plot = (id, more) => { const e = add(plots, 'holdfast-plot', undefined, id ? { id } : {}); e.show({ time: (at) => clock(at, 8), tick, marks: opening, from, ...more }); };
	const came = (columns) => [{ name: 'granted', values: columns.granted, tone: 1 }, { name: 'refused', values: columns.refused, tone: 2 }, { name: 'other requests: payments, returns, lapses', values: columns.requests.map((n, k) => n - columns.granted[k] - columns.refused[k]), tone: 5 }];
	const waits = ({ wait_p50, wait_p99, wait_max }) => [{ name: 'half waited at most', values: wait_p50, tone: 1, whole: totals.wait_p50 }, { name: '99 of 100', values: wait_p99, tone: 4, whole: totals.wait_p99 }, { name: 'the longest', values: wait_max, tone: 3, whole: totals.wait_max }].toReversed();
	if (seconds.start.length) plot('', { title: 'Requests a second, around the opening', about: 'From a minute before it to ten minutes after it.', x: [...seconds.start], step: 1000, of: 'Second', kind: 'bars', series: came(seconds) });
	if (!isShort) plot('', { title: 'Requests a minute', x: [...minutes.start], step: 60000, of: 'Minute', kind: 'bars', series: came(minutes) });
	if (totals.waits) {
		if (seconds.start.length) plot('', { title: 'How long requests waited, around the opening', about: 'From a request’s append to its reply, on a scale by powers of ten.', x: [...seconds.start], step: 1000, of: 'Second', kind: 'nested', unit: 'ms', isLog: true, series: waits(seconds) });
		if (!isShort) plot('', { title: 'How long requests waited, by minute', x: [...minutes.start], step: 60000, of: 'Minute', kind: 'nested', unit: 'ms', isLog: true, series: waits(minutes) });
	}
	if (story.queue.length) add(plots, 'holdfast-bars').show({ title: 'When the queue was longer than a second', limit: 10, columns: [{ name: 'From' }, { name: 'To' }, { name: 'For' }, { name: 'Requests', isBar: true, tone: 5 }, { name: 'Longest wait, ms', isBar: true, tone: 3 }],
		rows: story.queue.map(({ from, to, requests, wait_max }) => [clock(from), clock(to), long(to - from), requests, wait_max]) });
	plot('', { title: 'Places sold and held', about: `Of ${number(house.places)}, at the end of each ${word}.`, x: [...rows.start], step, of, kind: 'level', top: house.places, series: [{ name: 'sold', values: rows.sold_total, tone: 1, whole: house.sold }, { name: 'held', values: rows.held_total, tone: 3, whole: house.held }] });
	if (totals.lapses) plot('lapsed', { title: `Holds that lapsed, by ${word}`, x: [...rows.start], step, of, kind: 'bars', series: [{ name: 'lapsed', values: rows.lapsed, tone: 3 }] });
	reasons(plots);
}

function tellDemand() {
	const said = $('demand-said'), tables = $('demand-tables'), { wanted, refused } = demand.seats, most = wanted.reduce((best, n, i) => (n > wanted[best] ? i : best), 0), never = wanted.filter((n) => !n).length;
	for (const e of [said, tables]) e.replaceChildren();
	if (seats.length && wanted[most]) add(said, 'p', ['The seat that was wanted most is ', seatLink(most), whole(most) && ` (${whole(most)})`, `: ${times(wanted[most])}, of which ${number(refused[most])} in vain. ${never ? `${many(never, 'seat')} nobody ever asked for.` : 'Every seat was wanted at least once.'}`]);
	if (totals.wishes) add(said, 'p', `${many(totals.wishes, 'request')} asked for the best seats without naming any; ${totals.wishes > totals.wishes_granted ? `${number(totals.wishes - totals.wishes_granted)} went away with none` : 'all of them got some'}.`);
	if (totals.limited_requests) add(said, 'p', `${many(totals.limited_requests, 'request')} of ${many(totals.limited_customers, 'customer')} were refused because they were at their limit.`);
	const columns = (name) => [{ name }, { name: 'Seats' }, { name: 'Requests for it' }, { name: 'Seats wanted', isBar: true, tone: 5 }, { name: 'given', isBar: true, tone: 1 }, { name: 'refused', isBar: true, tone: 2 }, { name: 'sold' }];
	const bars = (title, about, heads, rows, limit = 12, by = undefined) => add(tables, 'holdfast-bars').show({ title, about, columns: heads, rows, limit, by });
	const groups = (title, name, rows, nameOf, limit) => { if (rows.length) bars(title, '', columns(name), rows.map((row) => [nameOf(row), row.seats, row.requests ?? null, row.wanted, row.granted, row.refused, row.sold]), limit, 3); };
	if (demand.sections.length > 1) groups('By section', 'Section', demand.sections, ({ section }) => section ?? 'none');
	if (demand.categories.length > 1) groups('By category', 'Category', demand.categories, ({ category }) => category ?? 'none');
	if (demand.channels.some(({ channel }) => channel)) groups('By channel that seats were kept for', 'Channel', demand.channels, ({ channel }) => channel ?? 'public');
	groups('By row', 'Row', demand.rows, ({ section, row }) => [section, row].filter(Boolean).join(' ') || 'none', 15);
	if (demand.areas.length) bars('Areas without seats', '', [{ name: 'Area' }, { name: 'Capacity' }, { name: 'Requests for it' }, { name: 'Places wanted', isBar: true, tone: 5 }, { name: 'given', isBar: true, tone: 1 }, { name: 'refused', isBar: true, tone: 2 }, { name: 'sold' }],
		demand.areas.map((a) => [a.id, a.capacity, a.requests ?? null, a.wanted, a.granted, a.refused, a.sold]));
	if (demand.wishes.length) bars('Wishes for the best seats', 'What was asked for without naming a seat; most refused first.', [{ name: 'Wish' }, { name: 'Asked', isBar: true, tone: 5 }, { name: 'Granted', isBar: true, tone: 1 }, { name: 'Refused', isBar: true, tone: 2 }],
		demand.wishes.map(({ categories = [], sections = [], count: n, asked: all, granted, refused: no }) => [[n ? many(n, 'place') : 'any number', categories.length && `in ${categories.join(' or ')}`, sections.length && `in ${sections.join(' or ')}`].filter(Boolean).join(' '), all, granted, no]), 12);
	const hoarding = add(tables, 'div', undefined, { id: 'hoarding' });
	add(hoarding, 'h3', 'Who takes and lets lapse');
	if (!story.holders.length && !story.chains.length) add(hoarding, 'p', 'No session let two holds lapse, and no seat went from one lapsed hold to the next three times.');
	else add(hoarding, 'p', `Nobody is named here: a line is a session, or a seat. ${story.holders.length ? `The session with most of them let ${many(story.holders[0].lapsed, 'hold')} of ${number(story.holders[0].holds)} lapse.` : ''}`);
	if (story.holders.length) bars('Sessions that let most holds lapse', '', [{ name: 'Session' }, { name: 'Holds lapsed', isBar: true, tone: 3 }, { name: 'Holds' }, { name: 'Sold' }, { name: 'Seats' }, { name: 'Seat hours kept from others' }],
		story.holders.map((h, n) => [`session ${n + 1}`, h.lapsed, h.holds, h.sold, h.seats, h.seat_seconds / 3600]), 8);
	if (story.chains.length) bars('Seats that were held and lapsed again and again', '', [{ name: 'Seat' }, { name: 'Lapsed', isBar: true, tone: 3 }, { name: 'Sessions' }, { name: 'Minutes kept from others' }], story.chains.map((c) => [seats[c.seat].id, c.lapses, c.sessions, Math.round(c.seconds / 60)]), 8);
}

function tellFair() {
	const e = $('fair-said'), { channels, most_by_session: most } = story.fair, known = channels.filter(({ channel }) => channel);
	e.replaceChildren();
	add(e, 'p', strong(favouredSaid()));
	add(e, 'p', known.length ? `${many(known.reduce((sum, c) => sum + c.requests, 0), 'request')} came by the key of a channel (${known.map(({ channel }) => channel).join(', ')}), as the organiser had set it up: these could have seats that were kept from public sale. Before the queue they are like all others.` : 'Nobody came by the key of a channel: all asked for the same seats on the same terms.');
	if (most.length) add(e, 'p', `The session that held most had ${many(most[0].seats, 'place')} in ${many(most[0].holds, 'hold')}, all of its holds together${most.length < 2 ? '' : most.at(-1).seats === most[0].seats ? '; others as many' : `; those after it ${most.slice(1).map(({ seats: n }) => number(n)).join(', ')}`}.`);
	if (channels.length) add(e, 'holdfast-bars').show({ title: 'By the channel that requests came by', columns: [{ name: 'Channel' }, { name: 'Requests', isBar: true, tone: 5 }, { name: 'Granted', isBar: true, tone: 1 }, { name: 'Refused', isBar: true, tone: 2 }, { name: 'Half waited, ms, at most' }, { name: '99 of 100' }, { name: 'Longest wait' }],
		rows: channels.map((c) => [c.channel ?? (c.key === 'wrong' ? 'a key of no channel' : 'none: the public'), c.requests, c.granted, c.refused, c.wait_p50 ?? null, c.wait_p99 ?? null, c.wait_max ?? null]) });
	add(e, 'p', 'What this does not show: that a request reached Kafka without delay, or that none was lost before. From there on the order is that of the offsets, and nobody can change it afterwards.');
}

function tellProof() {
	const e = $('proof-said'), dl = add(null, 'dl', undefined, { class: 'facts' });
	e.replaceChildren();
	add(e, 'p', audit.differences ? `The audit decided every request once more and found ${many(audit.differences, 'difference')}. Keep topic and database as they are, and look there first.`
		: `The audit read ${many(audit.records, 'record')} of this partition, decided each once more by code of its own, and compared ${audit.with_tables ? 'replies, events and tables' : 'replies and events, not the tables'}. ${audit.verified ? 'Nothing differs.' : 'It did not come to its end.'}`);
	if (audit.unanswered) add(e, 'p', `${many(audit.unanswered, 'request')} had no reply yet when it was made.`);
	if (audit.partitions_left_out) add(e, 'p', `${many(audit.partitions_left_out, 'partition')} of the topic could not be compared.`);
	for (const { partition, note } of audit.notes) add(e, 'p', partition === null ? note : `Partition ${partition}: ${note}`);
	for (const [name, value] of [['Show', show.id], ['Topic, partition', `${audit.topic}, ${audit.partition} of ${audit.partition_count}`], ['Offsets', `${number(audit.first)} to ${number(audit.last)}`], ['Records', number(audit.records)],
		['From, to', `${day(span.first_at)}, ${clock(span.first_at).split(', ').at(-1)} – ${day(span.last_at)}, ${clock(span.last_at).split(', ').at(-1)} ${zone()}`], ['Hash of this partition (SHA-256)', audit.hash], ...(audit.certificate ? [['Certificate', `of ${audit.certificate.of}: ${many(audit.certificate.partitions, 'partition')}, ${many(audit.certificate.requests, 'request')} answered, sha256 ${audit.certificate.sha256}`]] : []), ['Rules', String(show.rules)]]) {
		add(dl, 'dt', name);
		add(dl, 'dd', value);
	}
	e.append(dl);
	add(e, 'p', ['The hash is chained over every request of the partition (offset, time, key, value, headers) and its reply. Whoever may read the topics need not believe this page: with a program that they built themselves they make it anew. From the same records come the same hash and the same file, byte by byte.']);
	add(e, 'pre', `holdfast-audit --no-database --group-id=${audit.group_id} --report=report --show=${show.id}`);
	add(e, 'p', 'One refused request, in the language of a letter, and one reservation:');
	add(e, 'pre', `holdfast-audit --show=${show.id} --request-id=ID\nholdfast-audit --show=${show.id} --reservation-id=ID`);
	add(e, 'p', 'To a customer you may say that another request for the seat stood before theirs, by how much, and what became of it. Keep to yourself the id of the other reservation and its other seats: with the checkout’s records they lead to a person. No session, key, customer or message is in this file.');
}

function tell() {
	for (const part of [tellTop, tellQuestions, tellSale, tellDemand, tellFair, tellProof]) part();
	view.go(view.n);
	if (view.chosen >= 0) view.choose(view.chosen);
}

$('find').onsubmit = (event) => { event.preventDefault(); answer(asked($('what').value, $('at').value.trim())); };
$('what').oninput = () => { // what could be meant, as one types
	const text = $('what').value.toLowerCase(), list = $('seats');
	list.replaceChildren();
	if (text) for (const { id } of seats.filter((seat) => seat.id.toLowerCase().startsWith(text)).slice(0, 12)) add(list, 'option', undefined, { value: id });
};
$('zone').onchange = () => { isLocal = Boolean($('zone').value); tell(); $('answer').hidden = true; };
$('slide').max = count;
$('slide').oninput = () => { view.play(false); view.go(Number($('slide').value)); };
$('play').onclick = () => view.play();
$('speed').onchange = () => { if (view.frame) view.play(true); };
$('back').onclick = () => { view.play(false); view.go(view.n - 1); };
$('on').onclick = () => { view.play(false); view.go(view.n + 1); };
$('go').onsubmit = (event) => {
	const text = $('moment').value, time = readTime(text), offset = readOffset(text) ?? (/^[\d,]+$/.test(text.trim()) ? Number(text.replace(/,/g, '')) : null);
	event.preventDefault();
	view.play(false);
	if (time) view.go(until(time.at)); else if (offset !== null) view.go(placeOf(changes.offset, offset, true)); else $('now').textContent = `“${text}” is no time and no offset: write 10:00:03, 10:00:03.120 or 41236.`;
};
for (const input of document.querySelectorAll('input[name=heat]')) /** @type {any} */ (input).onchange = () => heat.draw();
tell();
if (!seats.length) for (const id of ['heat-of', 'heat']) $(id).hidden = true;
// Maps are drawn where they come near, and anyhow when there is time: a printer scrolls nowhere.
const drawn = new IntersectionObserver((all) => { for (const { isIntersecting, target } of all) if (isIntersecting) drawMap(target.id); }, { rootMargin: '500px' });
function drawMap(id) { drawn.unobserve($(id)); if (id === 'heat') { if (!heat.map && seats.length) heat.draw(); } else view.draw(); }
for (const id of ['heat', 'map']) drawn.observe($(id));
setTimeout(() => { for (const id of ['heat', 'map']) requestIdleCallback(() => drawMap(id)); }, 1000);
