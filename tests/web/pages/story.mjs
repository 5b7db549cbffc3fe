// story.mjs - an on-sale that never was, as the data of a report: who asks, who gets what, who lets it lapse.
//
//   const story = storyOf(layoutOf(plan()), { requests: 4000, seed: 7 })
//   node story.mjs PLAN.csv REQUESTS >story.json
//
// A small house with a queue in front: what is asked is decided in order, 900 a second. The same seed gives the
// same story.
import { readFileSync } from 'node:fs';
import { layoutOf } from './mock.mjs';

const OPENING = Date.parse('2026-11-28T10:00:00Z'), MINUTE = 60000, HOLD = 8 * MINUTE, A_SECOND = 900;
const OUTCOMES = ['SEATS_TAKEN', 'NOT_ENOUGH_SEATS', 'NO_SEATS_TOGETHER', 'CUSTOMER_LIMIT', 'ALREADY_RESERVED', 'SEATS_NOT_FOR_SALE', 'NOT_ON_SALE', 'AREA_FULL', 'HOLD_EXPIRED'];

/** The wait at a quantile. */
const quantile = (waits, q) => (waits.length ? waits.toSorted((a, b) => a - b)[Math.ceil(q * waits.length) - 1] : null);
const deltas = (values, first = 0) => values.map((v, n) => v - (n ? values[n - 1] : first));
const groupBy = (all, of) => [...all].reduce((map, x) => map.set(of(x), map.get(of(x)) ?? []) && map.get(of(x)).push(x) && map, new Map());
const sum = (values) => values.reduce((a, b) => a + b, 0);

/** Refusals as bytes: numbers of 7 bits each, the low ones first. */
function packed(refusals, { offset, at }) {
	const bytes = [], add = (n) => { for (; n > 127; n = Math.floor(n / 128)) bytes.push(n % 128 + 128); bytes.push(n); };
	for (const r of refusals) {
		add(r.offset - offset);
		add(r.at - at);
		({ offset, at } = r);
		add(r.outcome * 64 + r.seats.length);
		r.seats.forEach((i, n) => { const d = n ? i - r.seats[n - 1] : i; add(n ? (d < 0 ? -2 * d - 1 : 2 * d) : d); });
	}
	return Buffer.from(bytes).toString('base64');
}

export function storyOf(layout, { requests = 4000, seed = 7, capacity = 120, differences = 0 } = {}) {
	const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647, below = (n) => Math.floor(random() * n);
	const uuid = (at) => `${at.toString(16).padStart(12, '0')}7${hex(3)}8${hex(15)}`; // its beginning is the time
	const hex = (n) => Array.from({ length: n }, () => below(16).toString(16)).join('');
	const { seats } = layout, areas = layout.areas.map((a) => ({ ...a, capacity }));
	const house = seats.map(() => ({ status: '.', reservation: -1, until: 0, channel: false, wanted: 0, refused: 0, granted: 0, taken: 0, lapses: [], kept: 0 }));
	const members = new Set(seats.flatMap((s, i) => (s.row === 'N' && s.pos > 10 && s.pos < 28 ? [i] : [])));
	const byRow = groupBy(seats.keys(), (i) => `${seats[i].section}\0${seats[i].row}`);
	const rows = [...byRow.values()].map((ids) => ids.toSorted((a, b) => seats[a].pos - seats[b].pos));
	const wishedRow = () => rows[Math.floor(rows.length * random() ** 2.2)];
	const all = [], reservations = [], changes = [], areaChanges = [], refusals = [], more = {}, wishes = new Map(), sessions = new Map();
	const areaState = areas.map((a) => ({ wanted: 0, refused: 0, granted: 0, requests: 0, free: a.capacity, sold: 0 }));
	let offset = 41000, busy = 0, order = 0, sold = 0, held = 0;

	// What is to come, in the order of time.
	const queue = [];
	const later = (at, what) => {
		const entry = { at: Math.round(at), order: order++, ...what };
		queue.push(entry);
		for (let n = queue.length - 1; n > 0;) {
			const up = (n - 1) >> 1;
			if (before(queue[up], queue[n])) break;
			[queue[up], queue[n]] = [queue[n], queue[up]];
			n = up;
		}
	};
	const before = (a, b) => a.at < b.at || (a.at === b.at && a.order < b.order);
	const next = () => {
		const first = queue[0], last = queue.pop();
		if (!queue.length) return first;
		queue[0] = last;
		for (let n = 0; ;) {
			let least = n;
			for (const k of [2 * n + 1, 2 * n + 2]) if (k < queue.length && before(queue[k], queue[least])) least = k;
			if (least === n) return first;
			[queue[n], queue[least]] = [queue[least], queue[n]];
			n = least;
		}
	};
	later(OPENING - 20 * 60 * MINUTE, { type: 'create_show' });
	later(OPENING - 19 * 60 * MINUTE, { type: 'block_seats' });
	for (let n = 0; n < requests; n++) {
		const isEarly = n < requests * .01, u = random();
		const at = isEarly ? OPENING - 30 * MINUTE * random() : OPENING + (u < .35 ? 1800 * random() ** 1.5 : u < .75 ? 120000 * random() ** 2 : 100 * MINUTE * random() ** 2);
		later(at, { type: 'reserve', isEarly: isEarly && random() < .7, session: random() < .03 ? -1 - below(6) : Math.floor(requests * .6 * random() ** 1.4) });
	}
	later(OPENING + 40 * MINUTE, { type: 'unblock_seats' });

	const change = (at, what, reservation, list, until = 0) => changes.push({ offset, at, what, reservation, seats: list, until });
	const setAll = (list, status, reservation) => { for (const i of list) Object.assign(house[i], { status, reservation }); };
	function end(r, what, at, status) {
		change(at, what, r.number, r.seats);
		setAll(r.seats, '.', -1);
		held -= r.places;
		if (r.area !== undefined) { areaState[r.area].free += r.count; areaChanges.push({ offset, at, what, reservation: r.number, area: r.area, count: r.count }); }
		if (what === 'l') for (const i of r.seats) house[i].lapses.push([r.session, (r.until - r.at) / 1000]);
		Object.assign(r, { status, ended: at - r.at });
	}
	function decide(e) {
		const { at } = e;
		if (e.type === 'create_show') return 'SHOW_CREATED';
		if (e.type === 'block_seats' || e.type === 'unblock_seats') {
			const list = [...members].filter((i) => house[i].status === '.' || e.type === 'block_seats');
			for (const i of list) house[i].channel = e.type === 'block_seats';
			change(at, e.type === 'block_seats' ? 'b' : 'p', -1, list);
			return e.type === 'block_seats' ? 'SEATS_BLOCKED' : 'SEATS_UNBLOCKED';
		}
		if (e.type !== 'reserve') {
			const { r } = e;
			if (e.type === 'expire' && r.status === 'h' && at >= r.at + (r.until - r.at)) { end(r, 'l', at, 'l'); return 'EXPIRED'; }
			if (r.status !== 'h') return e.type === 'confirm' ? 'HOLD_EXPIRED' : 'NOTHING_HELD';
			if (e.type === 'release') { end(r, 'r', at, 'r'); return 'RELEASED'; }
			if (e.type === 'extend') {
				r.until = at + HOLD;
				change(at, 'e', r.number, r.seats, r.until - at);
				later(r.until + 300, { type: 'expire', r });
				return 'EXTENDED';
			}
			change(at, 's', r.number, r.seats);
			setAll(r.seats, 's', r.number);
			if (r.area !== undefined) { areaState[r.area].sold += r.count; areaChanges.push({ offset, at, what: 's', reservation: r.number, area: r.area, count: r.count }); }
			Object.assign(r, { status: 's', ended: at - r.at });
			sold += r.places;
			held -= r.places;
			e.sold = r.places;
			return 'CONFIRMED';
		}
		return reserve(e);
	}
	function reserve(e) {
		const { at } = e, who = sessions.get(e.session) ?? { holds: 0, lapsed: 0, sold: 0, seats: 0, seat_seconds: 0, held: null };
		sessions.set(e.session, who);
		e.isAsked = true;
		e.channel = e.isEarly ? 'members' : null;
		const kind = random(), list = [], isFree = (i) => house[i].status === '.' && (!house[i].channel || e.isEarly);
		let area, count = 0, isBest = false, outcome = 'RESERVED';
		if (areas.length && kind < .06) { area = below(areas.length); count = 1 + below(4); areaState[area].requests++; areaState[area].wanted += count; }
		else if (kind < .22) {
			isBest = true;
			count = 1 + below(6);
		} else {
			const row = wishedRow(), many = 1 + Math.floor(4 * random() ** 2), from = Math.floor(Math.max(0, Math.min(row.length - many, row.length * (.5 + (random() - .5) * random()))));
			list.push(...row.slice(from, from + many));
		}
		if (at < OPENING && !e.isEarly) outcome = 'NOT_ON_SALE';
		else if (who.held && who.held.status === 'h') outcome = 'ALREADY_RESERVED';
		else if (who.sold >= 3) outcome = 'CUSTOMER_LIMIT';
		else if (isBest) {
			const found = rows.map((row) => row.find((_, n) => n + count <= row.length && row.slice(n, n + count).every(isFree))).find((i) => i !== undefined);
			const wish = wishes.get(count) ?? { categories: [], sections: [], count, asked: 0, granted: 0, refused: 0 };
			wishes.set(count, wish);
			wish.asked++;
			if (found === undefined) { outcome = 'NO_SEATS_TOGETHER'; wish.refused++; } else {
				const row = rows.find((one) => one.includes(found)), from = row.indexOf(found);
				list.push(...row.slice(from, from + count));
				wish.granted++;
			}
		} else if (area !== undefined) { if (areaState[area].free < count) outcome = 'AREA_FULL'; }
		else if (list.some((i) => house[i].status !== '.')) outcome = 'SEATS_TAKEN';
		else if (!list.every(isFree)) outcome = 'SEATS_NOT_FOR_SALE';
		const isGranted = outcome === 'RESERVED';
		for (const i of list) { house[i].wanted++; if (isGranted) house[i].granted++; else { house[i].refused++; if (house[i].status !== '.') house[i].taken++; } }
		if (area !== undefined) areaState[area][isGranted ? 'granted' : 'refused'] += count;
		e.seats = list;
		if (!isGranted) { e.refused = true; return outcome; }
		const r = { number: reservations.length, id: uuid(at), offset, at, until: at + HOLD, ended: -1, status: 'h', session: e.session, seats: list, places: area === undefined ? list.length : count, area, count };
		reservations.push(r);
		who.held = r;
		held += r.places;
		change(at, 'h', r.number, list, HOLD);
		setAll(list, 'h', r.number);
		if (area !== undefined) { areaState[area].free -= count; areaChanges.push({ offset, at, what: 'h', reservation: r.number, area, count }); }
		const fate = e.session < 0 ? 1 : random(); // some never pay
		if (fate < .62) later(at + 20000 + 400000 * random(), { type: 'confirm', r });
		else if (fate < .7) later(at + 5000 + 200000 * random(), { type: 'release', r });
		else if (fate < .74) later(at + 300000, { type: 'extend', r });
		later(r.until + 300, { type: 'expire', r });
		return 'RESERVED';
	}

	const UNTIL = OPENING + 2 * 60 * MINUTE; // then somebody makes a report, with some holds under way
	for (let e; (e = next()) && e.at < UNTIL;) {
		offset += 1 + (random() < .2 ? below(4) : 0);
		busy = Math.max(busy, e.at) + 1000 / A_SECOND;
		Object.assign(e, { offset, sold: 0, lapsed: 0 });
		e.reason = decide(e);
		Object.assign(e, { wait: Math.round(busy - e.at + 3 + 6 * random()), soldTotal: sold, heldTotal: held, isLapse: e.reason === 'EXPIRED' });
		all.push(e);
		if (e.refused || e.reason === 'HOLD_EXPIRED') refuse(e);
	}
	function refuse(e) {
		const list = e.seats ?? e.r.seats, isKept = !list.length || list.some((i) => house[i].kept < 200);
		for (const i of list) house[i].kept++;
		if (isKept) refusals.push({ offset: e.offset, at: e.at, outcome: OUTCOMES.indexOf(e.reason), seats: list, request: uuid(e.at) });
		else for (const i of list) (more[i] ??= new Map()).set(Math.floor(e.at / 1000), (more[i].get(Math.floor(e.at / 1000)) ?? 0) + 1);
	}

	const first = all[0], last = all.at(-1), asked = all.filter((e) => e.isAsked), waits = all.map((e) => e.wait), granted = asked.filter((e) => !e.refused);
	function columns(step, entries) {
		const groups = [...groupBy(entries, (e) => Math.floor(e.at / step) * step)];
		const column = (of) => groups.map(([, list]) => of(list));
		return { start: deltas(groups.map(([at]) => at), first.at), requests: column((l) => l.length), asked: column((l) => l.filter((e) => e.isAsked).length),
			granted: column((l) => l.filter((e) => e.isAsked && !e.refused).length), refused: column((l) => l.filter((e) => e.refused).length),
			lapsed: column((l) => l.filter((e) => e.isLapse).length), sold: column((l) => sum(l.map((e) => e.sold))), sold_total: column((l) => l.at(-1).soldTotal),
			held_total: column((l) => l.at(-1).heldTotal), wait_p50: column((l) => quantile(l.map((e) => e.wait), .5)), wait_p99: column((l) => quantile(l.map((e) => e.wait), .99)), wait_max: column((l) => Math.max(...l.map((e) => e.wait))) };
	}
	function stretches() {
		const found = [];
		for (const e of all) {
			if (e.wait <= 1000) continue;
			const open = found.at(-1);
			if (open && e.at - open.to <= 1000) { open.to = e.at; open.requests++; open.wait_max = Math.max(open.wait_max, e.wait); } else found.push({ from: e.at, to: e.at, requests: 1, wait_max: e.wait });
		}
		return found;
	}
	const tally = (list, of) => list.reduce((map, x) => { map[of(x)] = (map[of(x)] ?? 0) + 1; return map; }, {});
	const demandBy = (name, keyOf) => [...groupBy(seats.keys(), (i) => keyOf(seats[i]) ?? null)].map(([, ids]) => {
		const set = new Set(ids), of = (field) => sum(ids.map((i) => house[i][field]));
		return { ...name(seats[ids[0]]), seats: ids.length, requests: asked.filter((e) => e.seats.some((i) => set.has(i))).length, wanted: of('wanted'), refused: of('refused'), granted: of('granted'), sold: ids.filter((i) => house[i].status === 's').length };
	});
	for (const r of reservations) {
		const who = sessions.get(r.session);
		who.holds++;
		who.seats += r.places;
		if (r.status === 'l') { who.lapsed++; who.seat_seconds += r.places * (r.until - r.at) / 1000; }
		if (r.status === 's') who.sold++;
	}
	const limited = asked.filter((e) => e.reason === 'CUSTOMER_LIMIT'), ends = tally(reservations, (r) => r.status), numbers = new Map();
	const byChannel = groupBy(asked, (e) => e.channel);
	const story = {
		format: 1,
		show: { id: 'magic-flute', title: 'The Magic Flute', rules: 1, created_at: first.at, created_offset: first.offset, on_sale_from: OPENING, on_sale_until: null, closed: false,
			policy: { hold_seconds: HOLD / 1000, max_hold_seconds: 1800, max_seats: 10, max_customer_holds: 3 } },
		audit: { verified: !differences, differences, with_tables: true, topic: 'reservation.requests', partition: 5, partition_count: 8, group_id: 'holdfast', first: first.offset, last: last.offset,
			records: all.length, hash: 'd035e0c42ae0c2fcc03ccab7d4269bca49bf113aff9860725f68e91303712947', unanswered: 0, partitions_left_out: 0,
			certificate: differences ? undefined : { of: 'cJIbhYGY1Ro4BdcCcE5PzQ/reservation.requests', partitions: 8, requests: 3 * all.length, sha256: 'a6333bb05321859b52f4dbd549b6ba7289b25f0f6f54356bc76ef28dbc6f90ce' }, notes: [] },
		span: { first_at: first.at, last_at: last.at, as_of: last.at, first_offset: first.offset, last_offset: last.offset, opening_at: OPENING },
		totals: { requests: all.length, asked: asked.length, repeated: 0, unreadable: 0, granted: granted.length, refused: asked.length - granted.length, by_outcome: tally(asked, (e) => e.reason), by_type: tally(all, (e) => e.type),
			holds: reservations.length, holds_sold: ends.s ?? 0, holds_released: ends.r ?? 0, holds_lapsed: ends.l ?? 0, holds_held: ends.h ?? 0, holds_cancelled: 0, lapses: all.filter((e) => e.isLapse).length,
			seats: seats.length, seats_sold: house.filter((s) => s.status === 's').length, seats_held: house.filter((s) => s.status === 'h').length,
			places: sum(areas.map((a) => a.capacity)), places_sold: sum(areaState.map((a) => a.sold)), places_held: sum(areas.map((a, n) => a.capacity - areaState[n].free - areaState[n].sold)),
			wishes: sum([...wishes.values()].map((w) => w.asked)), wishes_granted: sum([...wishes.values()].map((w) => w.granted)), limited_requests: limited.length, limited_customers: new Set(limited.map((e) => e.session)).size,
			waits: waits.length, wait_p50: quantile(waits, .5), wait_p99: quantile(waits, .99), wait_max: Math.max(...waits), waited_over_1s: waits.filter((w) => w > 1000).length },
		layout: { seats, areas },
		minutes: columns(MINUTE, all), seconds: columns(1000, all.filter((e) => e.at >= OPENING - MINUTE && e.at < OPENING + 10 * MINUTE)), queue: stretches(),
		demand: { seats: Object.fromEntries(['wanted', 'refused', 'granted', 'taken'].map((field) => [field, house.map((s) => s[field])])),
			rows: demandBy(({ section, row }) => ({ section, row }), (s) => `${s.section}\0${s.row}`), sections: demandBy(({ section }) => ({ section }), (s) => s.section),
			categories: demandBy(({ category }) => ({ category }), (s) => s.category), channels: demandBy(() => ({ channel: null }), () => 1),
			wishes: [...wishes.values()].sort((a, b) => b.refused - a.refused), areas: areas.map(({ area_id }, n) => ({ id: area_id, capacity, requests: areaState[n].requests, wanted: areaState[n].wanted, refused: areaState[n].refused, granted: areaState[n].granted, sold: areaState[n].sold })) },
		holders: [...sessions.values()].filter((s) => s.lapsed >= 2).sort((a, b) => b.lapsed - a.lapsed).slice(0, 20).map(({ holds, lapsed, sold: bought, seats: n, seat_seconds }) => ({ holds, lapsed, sold: bought, seats: n, seat_seconds })),
		chains: house.map((s, seat) => ({ seat, lapses: s.lapses.length, sessions: new Set(s.lapses.map(([who]) => who)).size, seconds: sum(s.lapses.map(([, n]) => n)) })).filter((c) => c.lapses >= 3).sort((a, b) => b.lapses - a.lapses).slice(0, 20),
		fair: { channels: [...byChannel].map(([channel, list]) => ({ key: channel ? 'known' : 'none', channel, requests: list.length, granted: list.filter((e) => !e.refused).length, refused: list.filter((e) => e.refused).length,
			wait_p50: quantile(list.map((e) => e.wait), .5), wait_p99: quantile(list.map((e) => e.wait), .99), wait_max: Math.max(...list.map((e) => e.wait)) })),
			most_by_session: [...sessions.values()].sort((a, b) => b.seats - a.seats).slice(0, 5).map(({ seats: n, holds }) => ({ seats: n, holds })) },
		policies: [{ offset: first.offset, at: first.at, hold_seconds: HOLD / 1000 }],
		reservations: { ids: reservations.map((r) => r.id).join(''), offset: deltas(reservations.map((r) => r.offset), first.offset), at: deltas(reservations.map((r) => r.at), first.at), until: reservations.map((r) => r.until - r.at),
			ended: reservations.map((r) => r.ended), status: reservations.map((r) => r.status).join(''),
			session: reservations.map((r) => { if (!numbers.has(r.session)) numbers.set(r.session, numbers.size); return numbers.get(r.session); }) },
		changes: { offset: deltas(changes.map((c) => c.offset), first.offset), at: deltas(changes.map((c) => c.at), first.at), what: changes.map((c) => c.what).join(''), reservation: changes.map((c) => c.reservation), seats: changes.map((c) => c.seats), until: changes.map((c) => c.until) },
		area_changes: { offset: deltas(areaChanges.map((c) => c.offset), first.offset), at: deltas(areaChanges.map((c) => c.at), first.at), what: areaChanges.map((c) => c.what).join(''), reservation: areaChanges.map((c) => c.reservation), area: areaChanges.map((c) => c.area), count: areaChanges.map((c) => c.count) },
		refusals: { first: 200, last: 50, count: refusals.length, data: packed(refusals, first), request: requests > 200000 ? '' : refusals.map((r) => r.request).join('') },
		refused_more: Object.fromEntries(Object.entries(more).map(([i, counts]) => { const times = [...counts.keys()].sort((a, b) => a - b); return [i, deltas(times, Math.floor(first.at / 1000)).map((d, n) => [d, counts.get(times[n])])]; })),
		outcomes: OUTCOMES,
	};
	// What a test looks at, and no page is given.
	return Object.assign(story, { plain: refusals });
}

if (process.argv[1] === new URL(import.meta.url).pathname)
	process.stdout.write(JSON.stringify(storyOf(layoutOf(readFileSync(process.argv[2], 'utf8')), { requests: Number(process.argv[3] ?? 4000) })));
