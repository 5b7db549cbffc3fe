// mock.mjs - a gateway that is all made up: the pages of web/ as a gateway gives them out, the live map of section 4 of the
// contract, and reservations in memory. For what a real one cannot be made to do at will: cut a line, close
// it with a reason, answer late, have 20,000 seats in no time, send frames in a chosen order.
//
//   const mock = await startMock(); mock.addShow('opera', { layout, show, areas }); mock.url; mock.stop()
//   node mock.mjs PLAN.csv PORT     serves the plan of a house as show opera, to look at by hand
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

export const PAGES = new URL('../../../web/', import.meta.url).pathname;
export const servedOf = (name) => execFileSync(`${PAGES}embed`, ['--text', PAGES + name], { encoding: 'utf8' });
const FILES = { '/': 'shows.html', '/demo/': 'demo.html', '/holdfast-seat-map.js': 'holdfast-seat-map.js',
	...Object.fromEntries(['demo.js', 'demo.css', 'shows.js', 'shows.css', 'sale.js', 'page.css', 'icon.svg'].map((name) => [`/demo/${name}`, name])) };
const texts = Object.fromEntries(Object.values(FILES).map((name) => [name, servedOf(name)]));
const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' };

/** A text frame of RFC 6455; opcode 8: close. */
function frameOf(text, opcode = 1) {
	const data = Buffer.from(text), head = data.length < 126 ? Buffer.from([128 | opcode, data.length])
		: data.length < 65536 ? Buffer.from([128 | opcode, 126, data.length >> 8, data.length & 255]) : Buffer.alloc(10);
	if (data.length >= 65536) { head[0] = 128 | opcode; head[1] = 127; head.writeBigUInt64BE(BigInt(data.length), 2); }
	return Buffer.concat([head, data]);
}

export async function startMock({ port = 0, host = '127.0.0.1' } = {}) {
	const shows = new Map(), sockets = new Set(), asked = [];
	const mock = { asked, shows, delay: 0, refuse: null, url: '', addShow, set, cut, send, stop, viewers: () => [...shows.values()].flatMap((s) => [...s.viewers]) };

	function addShow(id, { layout, states, show = {}, areas = [] }) {
		const text = JSON.stringify(layout), s = { id, text, hash: createHash('sha256').update(text).digest('hex'), epoch: '9f3a11c20b7d4e55', o: 100,
			states: states ?? layout.seats.map(() => '.'), versions: layout.seats.map(() => 0), ids: layout.seats.map((x) => x.seat_id), show, areas: new Map(areas.map((a) => [a[0], a])),
			areaVersions: new Map(), holds: new Map(), viewers: new Set() };
		shows.set(id, s);
		return s;
	}
	const snap = (s, layout) => ({ t: 'snap', epoch: s.epoch, o: s.o, layout: s.hash, ...(layout !== s.hash && { ids: s.ids }), s: s.states.join(''), areas: [...s.areas.values()], show: s.show });
	function delta(s, since) {
		const c = s.versions.flatMap((v, i) => (v > since ? [[i, s.states[i]]] : []));
		return { t: 'd', o: s.o, c, a: [...s.areas.values()].filter(([id]) => (s.areaVersions.get(id) ?? 0) > since) };
	}
	/** Seats by index or id get a state; all viewers are told by one frame. */
	function set(id, changes, areaChanges = []) {
		const s = shows.get(id), before = s.o++;
		for (const [seat, state] of changes) {
			const i = typeof seat === 'number' ? seat : s.ids.indexOf(seat);
			s.states[i] = state;
			s.versions[i] = s.o;
		}
		for (const [area, free] of areaChanges) { s.areas.get(area)[1] = free; s.areaVersions.set(area, s.o); }
		send(id, delta(s, before));
	}
	function send(id, frame) { for (const v of shows.get(id).viewers) v(frame); }
	/** Every line of the show is gone: without a word, or with a code and a reason. */
	function cut(id, code, reason = '') { for (const v of [...shows.get(id).viewers]) v(null, code, reason); }

	function live(request, socket, query, isPlain) {
		const s = shows.get(query.get('show_id'));
		if (!s || mock.refuse || (mock.hasNoWebSockets && !isPlain)) { socket.end(`HTTP/1.1 ${s ? 503 : 404} No\r\nContent-Length: 0\r\n\r\n`); return; }
		const viewer = (frame, code, reason) => {
			if (frame) { socket.write(isPlain ? `id: ${s.epoch}:${frame.o}\ndata: ${JSON.stringify(frame)}\n\n` : frameOf(JSON.stringify(frame))); return; }
			s.viewers.delete(viewer);
			if (code && !isPlain) socket.write(frameOf(Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]), 8));
			if (code) socket.end(); else socket.destroy();
		};
		viewer.query = query;
		viewer.isPlain = isPlain;
		if (isPlain) socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n');
		else {
			const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
			socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: holdfast.seats.v1\r\n\r\n`);
		}
		const [epoch, since] = (query.get('since') ?? ':').split(':');
		const isKnown = epoch === s.epoch && query.get('layout') === s.hash && Number(since) <= s.o;
		viewer(isKnown ? delta(s, Number(since)) : snap(s, query.get('layout')));
		s.viewers.add(viewer);
		socket.on('close', () => s.viewers.delete(viewer));
		socket.on('error', () => {});
		socket.on('data', (data) => { if ((data[0] & 15) === 8) socket.end(frameOf(data.subarray(6, 6), 8)); });
	}

	// ---- reservations ----

	const sessionOf = (request) => /holdfast=([\w-]{32})/.exec(request.headers.cookie ?? '')?.[1];
	const problem = (status, reason, more) => [status, { status, reason, title: reason, detail: reason, message: reason, ...more }];
	function change(s, hold, body) {
		const now = Date.now(), add = [...body.seat_ids ?? []];
		for (let i = 0; body.best && add.length < body.best.count; i++) {
			if (i === s.ids.length) return problem(409, 'NOT_ENOUGH_SEATS');
			if (s.states[i] === '.') add.push(s.ids[i]);
		}
		const taken = add.filter((id) => !(s.states[s.ids.indexOf(id)] === '.' || (s.states[s.ids.indexOf(id)] === 'b' && hold.key)));
		if (taken.length)
			return problem(409, 'SEATS_TAKEN', { detail: 'One or more selected seats were just taken by another customer.', message: 'One or more selected seats were just taken by another customer.', unavailable: taken.map((seat_id) => ({ seat_id, status: 'reserved' })) });
		const gone = body.drop_seat_ids ?? [], moved = [];
		hold.seat_ids = [...hold.seat_ids.filter((id) => !gone.includes(id)), ...add];
		for (const [list, sign] of [[body.areas ?? [], 1], [body.drop_areas ?? [], -1]]) for (const { area_id, count } of list) {
			const has = hold.areas.find((a) => a.area_id === area_id) ?? hold.areas[hold.areas.push({ area_id, count: 0 }) - 1];
			has.count += sign * count;
			moved.push([area_id, s.areas.get(area_id)[1] - sign * count]);
		}
		hold.areas = hold.areas.filter((a) => a.count);
		set(s.id, [...add.map((id) => [id, 'r']), ...gone.map((id) => [id, '.'])], moved);
		return [200, { reason: 'RESERVED', message: 'The seats are reserved.', decided_at: new Date(now).toISOString(), now: new Date(now).toISOString(), ...hold, ends: undefined }];
	}
	function mutate(operation, body, session) {
		const s = shows.get(body.show_id), hold = s?.holds.get(session);
		if (!s) return problem(404, 'UNKNOWN_SHOW');
		if (operation === 'reserve') {
			if (hold) return problem(409, 'ALREADY_RESERVED', { reservation_id: hold.reservation_id });
			const fresh = { reservation_id: randomUUID(), seat_ids: [], areas: [], key: Boolean(body.channel_key), reserved_until: new Date(Date.now() + (s.show.hold_seconds ?? 600) * 1000).toISOString() };
			const answer = change(s, fresh, body);
			if (answer[0] === 200) s.holds.set(session, fresh);
			return answer;
		}
		if (!hold || hold.reservation_id !== body.reservation_id) return problem(404, 'UNKNOWN_RESERVATION');
		if (operation === 'change') return change(s, hold, body);
		const now = new Date().toISOString();
		if (operation === 'extend') {
			hold.reserved_until = new Date(Date.now() + body.hold_seconds * 1000).toISOString();
			return [200, { reason: 'EXTENDED', decided_at: now, now, ...hold }];
		}
		s.holds.delete(session);
		set(s.id, hold.seat_ids.map((id) => [id, operation === 'confirm' ? 's' : '.']), operation === 'confirm' ? [] : hold.areas.map((a) => [a.area_id, s.areas.get(a.area_id)[1] + a.count]));
		return [200, { reason: operation === 'confirm' ? 'CONFIRMED' : 'RELEASED', decided_at: now, now, reservation_id: hold.reservation_id }];
	}

	const server = createServer(async (request, response) => {
		const url = new URL(request.url, 'http://x'), name = FILES[url.pathname], s = shows.get(url.searchParams.get('show_id'));
		const answer = (status, value, headers = {}) => {
			response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers });
			response.end(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value));
		};
		const own = `ws://${request.headers.host}`;
		if (name) {
			answer(200, texts[name], { 'Content-Type': TYPES[name.split('.').pop()], 'Access-Control-Allow-Origin': '*',
				'Content-Security-Policy': `default-src 'self'; connect-src 'self' ${own}; frame-ancestors 'none'; base-uri 'none'` });
		} else if (url.pathname === '/demo/shows.json') {
			answer(200, [...shows.values()].map((x) => ({ show_id: x.id, ...x.show, places: x.ids.length, free: x.states.filter((c) => c === '.').length })));
		} else if (url.pathname === '/api/seat-map/live') live(request, request.socket, url.searchParams, true);
		else if (url.pathname === '/api/seat-map/layout') { if (s?.hash === url.searchParams.get('layout')) answer(200, s.text); else answer(404, {}); }
		else if (url.pathname === '/api/seat-map') answer(s ? 200 : 404, s ? snap(s, s.hash) : { status: 404, reason: 'UNKNOWN_SHOW' });
		else if (url.pathname === '/api/seat-reservations/check') {
			const hold = s?.holds.get(sessionOf(request));
			answer(200, { has_reservation: Boolean(hold), ...(hold && { reservation: hold }), now: new Date().toISOString() });
		} else if (request.method === 'POST') {
			let text = '';
			for await (const part of request) text += part;
			const operation = url.pathname.split('/').pop(), body = JSON.parse(text), session = sessionOf(request);
			const cookie = session ? {} : { 'Set-Cookie': `holdfast=${randomUUID().replace(/-/g, '')}; HttpOnly; SameSite=Lax; Path=/` };
			if (operation === 'session') { response.writeHead(204, cookie); response.end(); return; }
			asked.push({ operation, body, key: request.headers['idempotency-key'] });
			if (operation === 'open') {
				const x = shows.get(body.show_id), isRight = body.channel_key === 'canary-2026';
				answer(isRight ? 200 : 403, isRight ? { seats: x.states.flatMap((c, i) => (c === 'b' ? [i] : [])), areas: [] } : { status: 403, reason: 'WRONG_CHANNEL', message: 'No presale has that code.' });
				return;
			}
			if (!session) { answer(401, { status: 401, reason: 'SESSION_REQUIRED' }, cookie); return; }
			const [status, said] = mutate(operation, body, session);
			setTimeout(() => answer(status, said), mock.delay);
		} else answer(404, {});
	});
	server.on('upgrade', (request, socket) => live(request, socket, new URL(request.url, 'http://x').searchParams, false));
	server.on('connection', (socket) => { sockets.add(socket); socket.on('close', () => sockets.delete(socket)); });
	await new Promise((done) => { server.listen(port, host, () => done(undefined)); });
	mock.url = `http://${host}:${server.address().port}`;
	function stop() {
		for (const socket of sockets) socket.destroy();
		return new Promise((done) => { server.close(done); });
	}
	return mock;
}

/** The layout of a plan in CSV. */
export function layoutOf(csv) {
	const [head, ...lines] = csv.trim().split('\n').map((l) => l.split(',')), seats = [], areas = [];
	for (const line of lines) {
		const row = Object.fromEntries(head.map((h, i) => [h, line[i]]).filter(([, v]) => v !== '' && v !== undefined));
		for (const n of ['pos', 'rank', 'x', 'y']) if (row[n]) row[n] = Number(row[n]);
		if (row.flags) row.flags = row.flags.split(' ');
		if (row.area_id) areas.push({ area_id: row.area_id, category: row.category, capacity: Number(row.capacity) });
		else seats.push(row);
	}
	return { seats: seats.sort((a, b) => Buffer.compare(Buffer.from(a.seat_id), Buffer.from(b.seat_id))), areas };
}

/** The theatre of compose/live, partly sold. */
export function houseOf(csv) {
	const { seats, areas } = layoutOf(csv);
	let seed = 7;
	const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
	const states = seats.map((s) => (s.row === 'N' && s.pos > 10 && s.pos < 28 ? 'b' : random() < (s.row < 'F' ? .55 : .25) ? 's' : random() < .12 ? 'r' : '.'));
	return { layout: { seats, areas: areas.map(({ area_id, category }) => ({ area_id, category })) }, states,
		areas: areas.map((a) => [a.area_id, a.capacity - 37, a.capacity]),
		show: { title: 'The Magic Flute', closed: false, max_seats: 10, hold_seconds: 600, max_hold_seconds: 1800 } };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
	const mock = await startMock({ port: Number(process.argv[3] ?? 0) });
	mock.addShow('opera', houseOf(readFileSync(process.argv[2], 'utf8')));
	console.log(mock.url + '/demo/?show_id=opera');
}
