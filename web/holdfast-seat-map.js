// holdfast-seat-map.js - <holdfast-seat-map show-id="..." src="https://...">: a show's seats, live.
// Attributes, properties, methods and events: docs/http.md, "A seat map in a page".

const TEXTS = {
	taken: 'Seat {} was just taken by another customer.', stage: 'Stage', seat: 'Seat {}', row: 'Row {}', max: 'At most {} places.',
	'.': 'available', b: 'presale', r: 'held by another customer', s: 'sold', own: 'yours', x: 'selected', free: '{} of {} free',
	accessible: 'wheelchair place', companion: 'companion seat', restricted: 'restricted view', map: 'Seat map', legend: 'Legend',
	list: 'Seats without a place', more: 'one more', less: 'one less', live: 'Live', loading: 'Loading the seats …',
	lost: 'Connection lost. Reconnecting …', unknown: 'There is no such show.', trouble: 'No answer yet. Please try again.',
	zoom: ['Zoom in', 'Zoom out', 'Whole house'],
};
const P = 20; // from one seat to the next
const COLORS = ['#7c5cf0', '#0c8f84', '#d0700a', '#d9376e', '#2f74e0', '#5f8a0f'];
// Around a point: each category has a colour and a shape; what is taken or chosen has its own.
const circle = (r) => `m-${r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0-${2 * r} 0z`;
const SHAPES = [circle(8),
	'm-7.5-4a3.5 3.5 0 0 1 3.5-3.5h8a3.5 3.5 0 0 1 3.5 3.5v8a3.5 3.5 0 0 1-3.5 3.5h-8a3.5 3.5 0 0 1-3.5-3.5z',
	'm-7.5-5.5a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2v5.5a7.5 7.5 0 0 1-15 0z', 'm0-8.8l7.6 4.4v8.8l-7.6 4.4l-7.6-4.4v-8.8z', 'm0-9l9 9l-9 9l-9-9z'];
const CHOSEN = circle(9), RING = circle(11.5), TAKEN = { r: circle(6), s: 'm-3.5-3.5l7 7m0-7l-7 7' };
const MARKS = { // strokes upon a seat
	x: 'm-4 .5l3 3l5.5-6.5', accessible: 'm-.6-5.2h.1m-.1 2.6v3.4h3.6l1.6 3.2m-4.9-4.6h2.6m-4-.6a3.4 3.4 0 1 0 3.6 5',
	companion: 'm0-4h.1m-3.1 8.4v-1.6a3 3 0 0 1 6 0v1.6', restricted: 'm-3.8 2.2h7.6', b: 'm0-2.2h.1m-.1 .2v4.4',
};
const FEW = 1500; // so many seats are each an element at any scale

const { abs, min, max, hypot } = Math, now = () => performance.now();
const least = (ids, of) => ids.reduce((a, i) => min(a, of(i)), Infinity), most = (ids, of) => -least(ids, (i) => -of(i));
const set = (e, attributes) => { for (const name in attributes) e.setAttribute(name, attributes[name]); };
function make(parent, name, attributes, text) {
	const e = /^(svg|g|path|text|rect)$/.test(name) ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
	set(e, attributes);
	if (text) e.textContent = text;
	parent.append(e);
	return e;
}
const fill = (text, ...values) => text.replace(/\{\}/g, () => values.shift());
const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
const backOff = (n) => Math.random() * min(30000, 1000 * 2 ** n);
const compare = (a, b) => a.localeCompare(b, undefined, { numeric: true });
const group = (all, keyOf) => all.reduce((map, x) => map.set(keyOf(x), [...map.get(keyOf(x)) ?? [], x]), new Map());
/** The answer in JSON with its status; null: none came. @returns {Promise<Answer | null>} */
const call = (url, post, headers) => fetch(url, { credentials: 'include', signal: AbortSignal.timeout(15000),
	...(post && { method: 'POST', body: JSON.stringify(post), headers: { 'Content-Type': 'application/json', ...headers } }) })
	.then(async (r) => ({ ...await r.json().catch(() => null), status: r.status, headers: r.headers }), () => null);

// ---- requests ----

/** The key of a wish, written down before it is sent: who asks the same again gets the same answer. */
function keyOf(slot, wish) {
	const hex = [...crypto.getRandomValues(new Uint8Array(10))].map((b) => b.toString(16).padStart(2, '0')).join('');
	const key = `${Date.now().toString(16).padStart(12, '0')}7${hex.slice(0, 3)}8${hex.slice(3, 18)}` // a UUID, version 7
		.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
	try {
		const kept = JSON.parse(sessionStorage.getItem(slot));
		if (kept?.wish === wish) return kept.key;
		sessionStorage.setItem(slot, JSON.stringify({ wish, key }));
	} catch { /* a page that has no storage */ }
	return key;
}
const sessions = new Set();

/** Ask until there is an answer: what may help is the same again with its key. @returns {Promise<Answer>} */
async function ask(base, operation, body) {
	const slot = `holdfast:${operation}:${body.show_id}`, key = keyOf(slot, JSON.stringify(body));
	for (let n = 0, until = now() + 60000; ; n++) {
		if (!sessions.has(base) && await call(base + '/api/session', {})) sessions.add(base);
		const answer = await call(base + '/api/seat-reservations/' + operation, body, { 'Idempotency-Key': key });
		if (answer && answer.status < 500 && answer.status !== 401 && answer.status !== 429) {
			try { sessionStorage.removeItem(slot); } catch { /* none */ }
			return { operation, ...answer };
		}
		const wait = answer ? 1000 * Number(answer.headers.get('Retry-After') ?? 1) : backOff(min(n, 3));
		if (now() + wait > until) return { operation, status: 0, reason: 'OUTCOME_UNKNOWN', headers: null, ...answer };
		await sleep(wait);
	}
}

// ---- where seats are drawn ----

/** @param {Seat[]} seats */
function arrange(seats) {
	/** @type {Map<string, Row>} */ const rows = new Map();
	const X = [], Y = [], list = [], drawn = [], pos = (i) => seats[i].pos ?? seats[i].x;
	seats.forEach(({ x, y, section = '', row, rank = Infinity }, i) => {
		if (x === undefined && row === undefined) { list.push(i); return; }
		const key = [section, row ?? Math.floor(y / 500), x === undefined].join('\0'), line = rows.get(key) ?? { section, row, rank, ids: [] };
		rows.set(key, line);
		line.ids.push(i);
		line.rank = min(line.rank, rank);
		drawn.push(i);
	});
	const lines = [...rows.values()];
	for (const { ids } of lines) ids.sort((a, b) => pos(a) - pos(b));
	const low = place(seats, drawn.filter((i) => seats[i].x !== undefined), X, Y);
	stack(seats, lines.filter(({ ids }) => seats[ids[0]].x === undefined), X, Y, low);
	return { X, Y, list, drawn, lines };
}
/** By x and y, neighbours P apart. How low they reach. */
function place(seats, ids, X, Y) {
	const x = (i) => seats[i].x, y = (i) => seats[i].y, left = least(ids, x), top = least(ids, y), some = Math.ceil(ids.length / 100);
	const near = ids.filter((_, n) => n % some === 0).map((i) => least(ids, (j) => hypot(x(j) - x(i), y(j) - y(i)) || Infinity));
	const scale = P / near.sort((a, b) => a - b)[near.length >> 3] || 1, round = (n) => Math.round(n * scale * 10) / 10;
	for (const i of ids) { X[i] = round(x(i) - left); Y[i] = round(y(i) - top); }
	return ids.length && most(ids, (i) => Y[i]) + 3 * P;
}
/** By section, row and pos: sections one below the other, the best one first. */
function stack(seats, lines, X, Y, top) {
	const first = ({ ids }) => seats[ids[0]].pos, last = ({ ids }) => seats[ids.at(-1)].pos;
	const sections = [...group(lines, (line) => line.section).values()].map((all) => all.sort((a, b) => a.rank - b.rank || compare(a.row, b.row)))
		.sort((a, b) => a[0].rank - b[0].rank).map((all) => ({ all, from: least(all, first), to: most(all, last) }));
	const width = most(sections, ({ from, to }) => to - from);
	for (const { all, from, to } of sections) {
		// Rows that all begin at the same end are put in the middle; else their pos says where they are.
		const isEven = all.every((line) => first(line) === from);
		for (const line of all) {
			const left = (width - (isEven ? last(line) : to) + from) / 2 - from;
			for (const i of line.ids) { X[i] = (left + seats[i].pos) * P; Y[i] = top + 30; }
			top += 22;
		}
		top += 48;
	}
}

// ---- the element ----

const STYLE = `
:host { display: block; position: relative; min-height: 320px; container-type: size; color: var(--ink); font: 14px/1.4 Inter, system-ui, sans-serif;
	--paper: light-dark(#fff, #17151a); --ink: light-dark(#1d1a20, #f6f3f8); --soft: light-dark(#6b6570, #a9a2b0);
	--line: light-dark(#cfc9d4, #4d4753); --faint: light-dark(#f1eef3, #242128); --accent: light-dark(#b3123f, #ff5d84); }
[hidden] { display: none !important; }
.all { display: flex; flex-direction: column; height: 100%; min-height: inherit; }
.view { position: relative; flex: 1; min-height: 180px; }
.scroll { position: absolute; inset: 0; overflow: auto; scrollbar-width: none; touch-action: pan-x pan-y; display: grid; place-content: safe center; cursor: grab; }
.pad { overflow: hidden; } .house { display: block; transform-origin: 0 0; user-select: none; -webkit-user-select: none; transition: opacity .3s; }
.lost .house { opacity: .5; } path { outline: none; } [data-i] { cursor: pointer; }
.a { fill: var(--c); } .x { fill: var(--ink); } .own { fill: var(--accent); }
.b, .drop { fill: var(--paper); stroke: var(--c, var(--accent)); stroke-width: 1.8; }
.r, .s, .mark, .ring { fill: none; stroke: var(--line); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.mark, .ring { stroke: var(--paper); pointer-events: none; } .mark.b { stroke: var(--soft); } .ring { stroke: var(--ink); }
.ground path, rect { fill: var(--faint); stroke: var(--line); }
text { fill: var(--soft); text-anchor: middle; dominant-baseline: central; pointer-events: none; font-weight: 600; }
.name, b { fill: var(--ink); color: var(--ink); } .stage { letter-spacing: .3em; text-transform: uppercase; } .far .row { display: none; }
button { font: inherit; color: inherit; cursor: pointer; border: 0; background: var(--paper); min-width: 40px; height: 40px; } button:hover { background: var(--faint); }
.zoom { position: absolute; right: 12px; bottom: 12px; display: grid; border-radius: 12px; overflow: hidden; border: 1px solid var(--line); font-size: 18px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.status, .tip, .toast { position: absolute; left: 12px; top: 8px; margin: 0; padding: 5px 10px; border-radius: 9px; background: var(--paper); font-size: 12px; }
.status::before { content: "●" / ""; color: #1a9c5b; margin-right: 5px; } .lost .status::before { color: #e08a00; }
.tip { background: var(--ink); color: var(--paper); pointer-events: none; max-width: 260px; }
ul { display: flex; flex-wrap: wrap; gap: 6px 14px; list-style: none; margin: 0; padding: 8px 14px; font-size: 12.5px; color: var(--soft); flex: none; }
li { display: flex; align-items: center; gap: 5px; white-space: nowrap; } li svg { width: 18px; height: 18px; }
.areas li, .list li { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; padding-left: 10px; }
.list { max-height: 34%; overflow: auto; gap: 6px; } .list li { padding: 5px 10px 5px 6px; }
.toasts { position: absolute; z-index: 2; inset: 12px 12px auto; display: grid; gap: 8px; justify-items: center; pointer-events: none; }
.toast { position: static; padding: 11px 18px; background: var(--accent); color: var(--paper); font: 600 14px/1.4 inherit; box-shadow: 0 6px 24px #0004; animation: come .25s; }
.note { background: var(--ink); } @keyframes come { from { opacity: 0; translate: 0 -10px; } }
@container (max-width: 560px) { .legend { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; } .scroll { align-content: safe start; padding-top: 36px; } }
:host([mode=view]) .areas { li { padding: 4px 10px; } button, [role=status] { display: none; } }
@media print { :host { container-type: normal; } .all { height: auto; } .scroll { position: static; display: block; } .zoom { display: none; }
	.pad, .house { width: 100% !important; height: auto !important; transform: none !important; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { svg { forced-color-adjust: none; } }`;

const HTML = `<div class="all"><div class="view lost"><div class="scroll"><div class="pad"><svg class="house" role="group"><g class="ground"></g>
<g class="tiles"></g><path class="ring"/></svg></div></div><p class="status" role="status"></p><div class="tip" hidden></div>
<div class="zoom"><button>+</button><button>−</button><button>⤢</button></div></div><ul class="areas"></ul>
<ul class="list" role="group"></ul><ul class="legend" tabindex="0"></ul></div><div class="toasts" role="alert"></div>`;

/** All of one element. @param {HTMLElement} host */
function seatMap(host) {
	const root = host.attachShadow({ mode: 'open' }), [sheet, colors] = root.adoptedStyleSheets = [new CSSStyleSheet(), new CSSStyleSheet()];
	sheet.replaceSync(STYLE);
	root.innerHTML = HTML;
	const [view, scroll, pad, svg, ground, house, ring, said, tip, zoom, areaList, list, legend, toasts] = /** @type {any[]} */ (
		'view scroll pad house ground tiles ring status tip zoom areas list legend toasts'.split(' ').map((name) => root.querySelector('.' + name)));
	/** @type {Seat[]} */ let seats = [];
	/** @type {string[]} */ let states = []; // of each seat
	/** @type {Map<string, Area>} */ let areas = new Map();
	/** @type {Tile[]} */ let tiles = [], tileOf = [];
	/** @type {any[]} */ let elements = []; // of seats in a tile that is live, or in the list
	let index = new Map(), categories = [], counts = [], kinds = [], X, Y, texts = TEXTS;
	let selected = new Set(), own = new Set(), open = new Set(), openAreas = new Set(), wanted = new Map(), ownAreas = new Map();
	const mine = new Set(); // was own, and has not been seen to be free since
	let isPending = false, isBusy = false, isOn = false, clicks = 0, channelKey = '', focus = -1, hover = -1, ends = 0;
	/** @type {Hold | null} */ let held = null;
	/** @type {Show} */ let show = {};

	const attribute = (name) => host.getAttribute(name) ?? '', isHolding = () => attribute('mode') === 'hold', isView = () => attribute('mode') === 'view';
	const base = () => attribute('src').replace(/\/$/, ''), about = (more) => ({ show_id: attribute('show-id'), ...more });
	const urlOf = (path, more) => `${base()}${path}?${new URLSearchParams(about(more))}`;
	const placesMax = () => Number(attribute('max')) || show.max_seats || 50;
	const tell = (name, detail) => host.dispatchEvent(new CustomEvent('holdfast-' + name, { detail, bubbles: true, composed: true }));
	const tellSelection = () => tell('select', { seat_ids: [...selected], areas: over(wanted, new Map()) });
	const toast = (text, kind = '') => { const e = make(toasts, 'p', { class: 'toast ' + kind }, text); setTimeout(() => e.remove(), 8000); };
	function status(word) {
		view.classList.toggle('lost', word !== 'live');
		if (said.textContent !== texts[word]) said.textContent = texts[word];
		said.hidden = !texts[word];
	}

	// ---- the line to the gateway ----

	let line, timer = 0, watch = 0, tries = 0, heard = 0, isOpened = false, epoch = '', o = -1, layout = '', wantedLayout = '';

	function start() {
		hangUp();
		layout = wantedLayout = '';
		tries = 0;
		label();
		status('loading');
		connect();
		if (isHolding()) check();
	}
	function hangUp() {
		const before = line;
		line = null;
		clearTimeout(timer);
		clearInterval(watch);
		before?.close();
	}
	function connect() {
		if (!attribute('show-id')) return; // its page feeds it
		const url = new URL(urlOf('/api/seat-map/live', layout && { since: `${epoch}:${o}`, layout }), location.href), began = heard = now();
		// Where two tries in turn came to nothing, something on the way may let no WebSocket pass.
		const isPlain = !isOpened && tries % 3 === 2;
		if (!isPlain) url.protocol = url.protocol.replace('http', 'ws');
		const fresh = line = isPlain ? new EventSource(url) : new WebSocket(url, 'holdfast.seats.v1');
		fresh.onmessage = ({ data }) => {
			if (fresh !== line) return;
			heard = now();
			if (heard - began > 60000) tries = 0;
			isOpened ||= !isPlain;
			take(JSON.parse(data));
		};
		fresh[isPlain ? 'onerror' : 'onclose'] = ({ code, reason }) => {
			const told = (code === 1012 || code === 1013) && /^retry=(\d+)/.exec(reason);
			if (fresh === line) lose(told ? Number(told[1]) : backOff(tries));
		};
		watch = setInterval(() => { if (now() - heard > (heard === began ? 15000 : 60000)) lose(0); }, 1000);
	}
	async function lose(ms) {
		hangUp();
		status('lost');
		tries++;
		timer = setTimeout(connect, ms);
		// A browser does not say why there is no WebSocket.
		const answer = wantedLayout ? null : await call(urlOf('/api/seat-map'));
		if (answer?.status !== 404 || wantedLayout) return;
		status('unknown');
		tell('error', answer);
	}
	function hurry() {
		if (document.hidden) return;
		if (!line || now() - heard > 30000) { hangUp(); connect(); }
		if (held) check();
	}

	/** @param {Frame} f */
	function take(f) {
		o = f.o;
		if (f.t === 'at') return;
		if (f.t === 'snap') ({ epoch, layout: wantedLayout } = f);
		if (f.show) { show = f.show; label(); tell('show', show); }
		if (f.areas) areas = new Map();
		for (const [id, free, capacity, b] of f.areas ?? f.a ?? []) areas.set(id, { ...areas.get(id), free, capacity, isClosed: b === 'b' });
		const isDrawn = layout === wantedLayout;
		for (const [i, s] of f.s === undefined ? f.c ?? [] : Object.entries(f.s)) change(Number(i), s, isDrawn);
		if (!isDrawn) { if (f.seats) lay(f.seats); else if (f.t === 'snap') fetchLayout(wantedLayout); return; }
		if (f.areas) drawAreas(); else if (f.a) paintAreas();
		settle();
		paintCounts();
		status('live');
	}
	async function fetchLayout(hash) {
		for (let n = 0; isOn && wantedLayout === hash; n++) {
			const all = await call(urlOf('/api/seat-map/layout', { layout: hash }));
			if (all?.seats && wantedLayout === hash) {
				lay(all.seats);
				return;
			}
			await sleep(backOff(n));
		}
	}
	function change(i, state, isDrawn) {
		const before = states[i];
		states[i] = state;
		if (before === state || !isDrawn) return;
		if (state === '.' || state === 'b') mine.delete(seats[i].seat_id);
		counts[kinds[i]] += Number(state === '.') - Number(before === '.');
		touch(i);
	}
	/** Who lost seats of the selection is told so, once no answer of his own is on its way. */
	function settle() {
		if (isPending || isBusy || isView() || layout !== wantedLayout) return;
		for (const id of selected)
			if (!own.has(id) && !mine.has(id) && !['.', 'b'].includes(states[index.get(id)])) drop(id);
	}
	function drop(id) {
		if (!selected.delete(id)) return;
		touch(index.get(id));
		toast(fill(texts.taken, id));
		tell('taken', { seat_id: id });
		tellSelection();
	}

	// ---- what the customer does ----

	const isFree = (i) => states[i] === '.' || (states[i] === 'b' && open.has(i));
	const places = () => [...wanted.values()].reduce((a, b) => a + b, selected.size);
	const over = (a, b) => [...a].map(([area_id, n]) => ({ area_id, count: n - (b.get(area_id) ?? 0) })).filter(({ count }) => count > 0);
	const without = (a, b) => [...a].filter((id) => !b.has(id));
	function isFull() {
		const is = places() >= placesMax();
		if (is) toast(fill(texts.max, placesMax()), 'note');
		return is;
	}
	function clicked() {
		clicks++;
		tellSelection();
		if (isHolding()) hold();
	}
	function toggle(i) {
		const id = seats[i].seat_id;
		if (isView()) return tell('seat', { seat_id: id });
		if (!selected.delete(id)) {
			if ((!isFree(i) && !own.has(id)) || isFull()) return;
			selected.add(id);
		}
		touch(i);
		clicked();
	}
	function step(id, more) {
		const n = (wanted.get(id) ?? 0) + more, { free, isClosed } = areas.get(id);
		if (n < 0 || (more > 0 && ((isClosed && !openAreas.has(id)) || n - (ownAreas.get(id) ?? 0) > free || isFull()))) return;
		wanted.set(id, n);
		paintAreas();
		clicked();
	}
	/** @param {Iterable<string>} ids @param {Iterable<string>} [ownNow] */
	function choose(ids, ownNow = own) {
		const all = [...selected, ...own, ...ids, ...ownNow];
		selected = new Set(ids);
		own = new Set(ownNow);
		for (const id of own) mine.add(id);
		for (const id of all) touch(index.get(id));
	}
	/** @param {any} next @param {number} [clock] what its reserved_until goes by @param {boolean} [isKept] what was chosen since */
	function keep(next, clock, isKept) {
		const ids = next?.seat_ids ?? [];
		held = next && { ...next, ends: now() + Date.parse(next.reserved_until) - clock };
		clearTimeout(ends);
		if (held) ends = setTimeout(check, held.ends - now() + 500);
		choose(isKept ? [...selected, ...without(ids, own)] : ids, ids);
		ownAreas = new Map(next?.areas?.map(({ area_id, count }) => [area_id, count]));
		if (!isKept) wanted = new Map(ownAreas);
		paintAreas();
		tell('hold', held);
		tellSelection();
	}
	async function send(operation, body) {
		const began = now(), before = clicks;
		isBusy = true;
		const answer = await ask(base(), operation, about(body));
		tell('answer', { ...answer, ms: Math.round(now() - began) });
		if (answer.status !== 200) {
			if (answer.reason === 'SEATS_TAKEN') for (const { seat_id } of answer.unavailable) drop(seat_id);
			if (answer.status === 410 || answer.status === 404) keep(null);
			if (answer.reason === 'ALREADY_RESERVED') await check();
			if (isHolding()) choose(own);
			tell('error', { message: answer.detail ?? texts.trouble, ...answer });
		} else if (operation === 'release' || operation === 'confirm') keep(null);
		else if (answer.headers.has('Idempotency-Replayed')) await check(); // it was answered long ago, perhaps
		else keep({ ...held, ...answer }, Date.parse(answer.decided_at), isHolding() && clicks !== before);
		isBusy = false;
		settle();
		return answer;
	}
	const sendHeld = (operation, more) => held && send(operation, { reservation_id: held.reservation_id, ...more });
	/** Make the hold what is selected. @param {object} [more] further fields, as `best` */
	async function hold(more) {
		let answer;
		while (!isBusy) {
			const body = { seat_ids: without(selected, own), areas: over(wanted, ownAreas), ...more,
				...(held && { drop_seat_ids: without(own, selected), drop_areas: over(ownAreas, wanted) }) };
			for (const name in body) if (body[name].length === 0) delete body[name];
			if (!Object.keys(body).length) break;
			if (!held) answer = await send('reserve', { ...body, ...(channelKey && { channel_key: channelKey }) });
			else answer = await (places() || more ? sendHeld('change', body) : sendHeld('release'));
			if (!isHolding() || answer.status !== 200) break;
			more = null;
		}
		return answer;
	}
	/** What this session holds. */
	async function check() {
		const answer = await call(urlOf('/api/seat-reservations/check')), found = answer?.reservation, clock = Date.parse(answer?.now);
		const isLive = Date.parse(found?.reserved_until) > clock;
		if (answer?.status === 200 && (isLive || held)) keep(isLive ? { ...found, checkout_token: answer.checkout_token } : null, clock);
	}
	/** What is open to who has the code of a presale. */
	async function unlock(key) {
		const answer = key && await call(base() + '/api/seat-map/open', about({ channel_key: key })), isRight = answer?.status === 200;
		channelKey = isRight ? key : '';
		open = new Set(answer?.seats);
		openAreas = new Set(answer?.areas);
		if (answer) tell('answer', { operation: 'open', ...answer });
		if (key && !isRight) tell('error', { message: answer?.detail ?? texts.trouble, ...answer });
		states.forEach((state, i) => { if (state === 'b') touch(i); });
		paintAreas();
	}

	// ---- drawing ----

	let box = { x: 0, y: 0, w: 1, h: 1 }, band = box, k = 1, isFitted = true, frame = 0, rest = 0;
	const at = (i) => `M${X[i]} ${Y[i]}`, shapeOf = (n) => SHAPES[n % SHAPES.length];
	const write = (parent, name, text, x, y, size) => make(parent, 'text', { class: name, x, y, 'font-size': size, 'aria-hidden': true }, text);

	function label() {
		texts.zoom.forEach((word, n) => set(zoom.children[n], { 'aria-label': word }));
		set(list, { 'aria-label': texts.list });
		set(legend, { 'aria-label': texts.legend });
		set(svg, { 'aria-label': texts.map + (show.title ? ': ' + show.title : '') });
	}
	function lay(all) {
		layout = wantedLayout;
		seats = all;
		states.length = seats.length;
		index = new Map(seats.map(({ seat_id }, i) => [seat_id, i]));
		categories = [...new Set(seats.map(({ category = '' }) => category))].sort(compare);
		kinds = seats.map(({ category = '' }) => categories.indexOf(category));
		counts = categories.map((_, n) => states.filter((state, i) => state === '.' && kinds[i] === n).length);
		draw();
		unlock(channelKey);
		settle();
		status('live');
		tell('show', show);
	}
	function draw() {
		const all = arrange(seats);
		let given = {};
		try { given = JSON.parse(attribute('category-colors')) ?? {}; } catch { /* ours, then */ }
		colors.replaceSync(categories.map((name, n) =>
			`.k${n} { --c: ${CSS.supports('color', given[name]) ? given[name] : COLORS[n % COLORS.length]}; }`).join(''));
		({ X, Y } = all);
		tiles = []; tileOf = []; elements = [];
		focus = all.drawn[0] ?? all.list[0] ?? -1;
		for (const e of [ground, house, legend, list]) e.replaceChildren();
		drawGround(all);
		for (const { section, row, ids } of all.lines) for (let n = 0; n < ids.length; n += 50) addTile(section, row, ids.slice(n, n + 50));
		list.hidden = !all.list.length;
		for (const i of all.list) adopt(i, picture(list, looksOf(i), seats[i].seat_id));
		drawAreas();
		drawLegend();
		scaleTo(0);
	}
	/** Stage, floor, names of sections; and how large all is. */
	function drawGround({ drawn, lines }) {
		const far = max(0, most(drawn, (i) => X[i])), low = max(0, most(drawn, (i) => Y[i])), right = max(far, 16 * P);
		const middle = far / 2, half = right * .22 + P, deep = max(1.4 * P, right * .05), floor = areas.size && max(3 * P, right * .07);
		const front = least(drawn, (i) => (abs(X[i] - middle) < half + P ? Y[i] : low)), foot = min(front, low) - 1.8 * P;
		const stage = foot - floor - deep * 1.4, top = min(0, stage);
		if (drawn.length || floor) {
			make(ground, 'path', { d: `M${middle - half} ${stage}h${2 * half}v${deep * .6}q${-half} ${deep * .8} ${-2 * half} 0z` });
			write(ground, 'stage', texts.stage, middle, stage + deep * .5, deep * .34);
		}
		for (const [name, all] of group(lines, (line) => line.section)) nameSection(name, all.flatMap(({ ids }) => ids));
		band = { x: middle - half * .8, y: foot - floor, w: half * 1.6, h: floor };
		box = { x: middle - right / 2 - 2 * P, y: top - P, w: right + 4 * P, h: low - top + 2.2 * P };
		set(svg, { viewBox: Object.values(box).join(' ') });
	}
	function nameSection(name, ids) {
		const mean = ids.reduce((sum, i) => sum + X[i], 0) / ids.length, near = ids.filter((i) => abs(X[i] - mean) < 3 * P);
		if (near.length) write(ground, 'name', name, mean, least(near, (i) => Y[i]) - 1.25 * P, max(15, box.w / 90));
		else for (const side of [-1, 1]) nameSection(name, ids.filter((i) => (X[i] - mean) * side > 0));
	}
	function addTile(section, row, ids) {
		const x = (i) => X[i], y = (i) => Y[i], name = [section, row && fill(texts.row, row)].filter(Boolean).join(', ');
		const tile = { ids, row, g: make(house, 'g', { role: 'group', 'aria-label': name || texts.map }), isLive: false, isDirty: true,
			x: least(ids, x) - P, y: least(ids, y) - P, right: most(ids, x) + P, low: most(ids, y) + P };
		tiles.push(tile);
		for (const i of ids) tileOf[i] = tile;
	}
	/** A seat's class, shape, and mark. */
	function looksOf(i) {
		const { seat_id: id, flags } = seats[i], state = states[i], d = shapeOf(kinds[i]), isOwn = own.has(id);
		if (selected.has(id)) return { name: isOwn ? 'own' : 'x', d: CHOSEN, mark: MARKS.x };
		if (isOwn) return { name: 'drop', d };
		if (TAKEN[state]) return { name: state, d: TAKEN[state] };
		const mark = flags && MARKS[flags.find((flag) => MARKS[flag])];
		return { name: `${isFree(i) ? 'a' : 'b'} k${kinds[i]}`, d, mark: mark ?? (state === 'b' && MARKS.b) };
	}
	function nameOf(i) {
		const { seat_id: id, section, category, flags = [] } = seats[i], state = own.has(id) ? 'own' : isFree(i) ? '.' : states[i];
		return [fill(texts.seat, id), section, category, ...flags.map((flag) => texts[flag] ?? flag), texts[state]].filter(Boolean).join(', ');
	}
	function paintSeat(i) {
		const e = elements[i], looks = looksOf(i), id = seats[i].seat_id;
		if (tileOf[i]) set(e, { d: at(i) + looks.d, class: looks.name }); else swatch(e.firstChild, looks);
		set(e, { 'aria-label': nameOf(i), [isView() ? 'aria-pressed' : 'aria-checked']: selected.has(id), 'aria-disabled': !(isFree(i) || own.has(id) || isView()) });
	}
	/** @param {any} svg @param {{name: string, d: string, mark?: any}} looks */
	function swatch(svg, { name, d, mark }) {
		svg.replaceChildren();
		make(svg, 'path', { class: name, d: 'M0 0' + d });
		if (mark) make(svg, 'path', { class: 'mark ' + name, d: 'M0 0' + mark });
	}
	function picture(parent, looks, text) {
		const li = make(parent, 'li');
		swatch(make(li, 'svg', { viewBox: '-10 -10 20 20', 'aria-hidden': true }), looks);
		li.append(text);
		return li;
	}
	function adopt(i, e) {
		elements[i] = e;
		set(e, { role: isView() ? 'button' : 'checkbox', 'data-i': i, tabindex: i === focus ? 0 : -1 });
		paintSeat(i);
	}
	/** An element for each seat, or where they are many and small one for each look; above, the marks. @param {Tile} tile */
	function paintTile(tile, isLive) {
		const { g, ids, row } = tile, paths = {}, isNew = isLive && !tile.isLive, add = (name, d) => { paths[name] = (paths[name] ?? '') + d; };
		if (isNew || !isLive) g.replaceChildren(); else for (const e of g.querySelectorAll('.mark')) e.remove();
		for (const i of ids) {
			const { name, d, mark } = looksOf(i);
			if (isNew) adopt(i, make(g, 'path'));
			else if (!isLive) {
				add(name, at(i) + d);
				if (i === focus) adopt(i, make(g, 'path')); else delete elements[i];
			}
			if (mark) add('mark ' + name, at(i) + mark);
		}
		if (isNew && row?.length < 4 && ids.length > 1)
			for (const [a, b] of [[ids[0], ids[1]], [ids.at(-1), ids.at(-2)]]) write(g, 'row', row, 2 * X[a] - X[b], 2 * Y[a] - Y[b], 8);
		for (const name in paths) make(g, 'path', { class: name, d: paths[name] });
		Object.assign(tile, { isLive, isDirty: false });
	}
	function touch(i) {
		if (elements[i]) paintSeat(i);
		if (tileOf[i]) tileOf[i].isDirty = true;
		soon();
	}
	function soon() { frame ||= requestAnimationFrame(paint); }
	/** What is in sight, tile by tile; where it takes long the rest comes with the next frame. */
	function paint() {
		const x = scroll.scrollLeft / k + box.x, y = scroll.scrollTop / k + box.y, w = scroll.clientWidth / k, h = scroll.clientHeight / k;
		const isSmall = seats.length <= FEW, isNear = k * P >= 18, until = now() + 8;
		frame = 0;
		view.classList.toggle('far', k * P < 14);
		for (const tile of tiles) {
			const isLive = rest ? tile.isLive : isSmall || (isNear && tile.right > x && tile.x < x + w && tile.low > y && tile.y < y + h);
			if (!tile.isDirty && isLive === tile.isLive) continue;
			if (now() > until) { soon(); break; }
			paintTile(tile, isLive);
		}
		paintRing();
	}
	function paintRing() {
		const i = root.activeElement?.matches('path:focus-visible') ? focus : hover;
		tip.hidden = i < 0;
		set(ring, { d: i < 0 ? '' : at(i) + RING });
		if (i < 0) return;
		tip.textContent = nameOf(i);
		const { left, top } = view.getBoundingClientRect(), r = ring.getBoundingClientRect(), w = tip.offsetWidth, above = r.top - top - tip.offsetHeight - 4;
		tip.style.left = max(4, min(view.clientWidth - w - 4, r.left + r.width / 2 - left - w / 2)) + 'px';
		tip.style.top = (above > 4 ? above : r.bottom - top + 4) + 'px';
	}
	function drawAreas() {
		const { x, y, w, h } = band, wide = w / areas.size;
		areaList.replaceChildren();
		areaList.hidden = !areas.size;
		for (const e of ground.querySelectorAll('g')) e.remove();
		[...areas].forEach(([id, area], n) => {
			const g = make(ground, 'g'), left = x + n * wide, li = make(areaList, 'li');
			make(g, 'rect', { x: left + 4, y, width: wide - 8, height: h, rx: h * .14 });
			write(g, 'name', id, left + wide / 2, y + h * .36, h * .24);
			write(g, '', '', left + wide / 2, y + h * .68, h * .2);
			make(li, 'b', {}, id);
			make(li, 'span');
			const button = (sign, word, more) => make(li, 'button', { 'aria-label': `${id}: ${word}`, 'data-area': id, 'data-step': more }, sign);
			button('−', texts.less, -1);
			make(li, 'b', { role: 'status' });
			button('+', texts.more, 1);
			Object.assign(area, { g, li });
		});
		paintAreas();
	}
	function paintAreas() {
		for (const [id, { li, g, free, capacity, isClosed }] of areas) if (li) {
			li.children[1].textContent = g.lastChild.textContent = fill(texts.free, free, capacity) + (isClosed && !openAreas.has(id) ? ' · ' + texts.b : '');
			li.children[3].textContent = wanted.get(id) ?? 0;
		}
	}
	function drawLegend() {
		const add = (name, d, mark, text) => text && picture(legend, { name, d, mark }, text), flags = new Set(seats.flatMap((seat) => seat.flags ?? []));
		categories.forEach((name, n) => make(add(`a k${n}`, shapeOf(n), null, name || texts['.']), 'b'));
		add('x', CHOSEN, MARKS.x, texts.x);
		if (states.includes('b')) add('b k0', SHAPES[0], MARKS.b, texts.b);
		for (const state in TAKEN) add(state, TAKEN[state], null, texts[state]);
		for (const flag in MARKS) if (flags.has(flag)) add('x', SHAPES[1], MARKS[flag], texts[flag]);
		paintCounts();
	}
	function paintCounts() { legend.querySelectorAll('b').forEach((b, n) => { b.textContent = counts[n]; }); }

	// ---- moving about ----

	/** @param {number} next 0: all of it @param {number} [left] @param {number} [top] what stays where it is, in the view */
	function scaleTo(next, left = scroll.clientWidth / 2, top = scroll.clientHeight / 2) {
		const x = (scroll.scrollLeft + left) / k, y = (scroll.scrollTop + top) / k, all = min(scroll.clientWidth / box.w, scroll.clientHeight / box.h, 2);
		isFitted = next <= all * 1.01;
		k = isFitted ? all : min(next, 4);
		for (const [e, scale] of [[pad, k], [svg, 1]]) Object.assign(e.style, { width: box.w * scale + 'px', height: box.h * scale + 'px' });
		svg.style.transform = `scale(${k})`;
		scroll.scrollTo(x * k - left, y * k - top);
		clearTimeout(rest);
		if (seats.length > FEW) rest = setTimeout(() => { rest = 0; soon(); }, 150); // then seats become elements
		soon();
	}
	/** The seat at a point of the screen; -1: none. */
	function seatAt({ clientX, clientY }, slack = 0) {
		const r = svg.getBoundingClientRect(), x = (clientX - r.left) / k + box.x, y = (clientY - r.top) / k + box.y;
		return nearest((i) => hypot(X[i] - x, Y[i] - y), max(P * .55, slack / k), (t) => x > t.x && x < t.right && y > t.y && y < t.low);
	}
	function nearest(farOf, near, isTile) {
		let best = -1;
		for (const tile of tiles) if (isTile(tile)) for (const i of tile.ids) {
			const far = farOf(i);
			if (far < near) { near = far; best = i; }
		}
		return best;
	}
	function hand(i) { // the one stop of the Tab key
		if (elements[focus]) set(elements[focus], { tabindex: -1 });
		focus = i;
		if (elements[i]) set(elements[i], { tabindex: 0 });
	}
	function focusOn(i) {
		hand(i);
		if (tileOf[i] && k * P < 14) scaleTo(24 / P);
		if (!elements[i]) paintTile(tileOf[i], true);
		elements[i].focus({ preventScroll: true });
		elements[i].scrollIntoView({ block: 'nearest', inline: 'nearest' });
		soon();
	}
	/** The next seat that way. */
	function next(i, dx, dy) {
		const tile = tileOf[i], row = tile?.row;
		if (!tile) return Number((dx + dy > 0 ? elements[i].nextSibling : elements[i].previousSibling)?.dataset.i ?? i);
		const beside = row && dx ? tile.ids[tile.ids.indexOf(i) + dx] : undefined;
		const best = beside ?? nearest((j) => {
			const x = X[j] - X[i], y = Y[j] - Y[i], along = x * dx + y * dy;
			return along > P * .3 ? along + 3 * abs(x * dy + y * dx) : Infinity;
		}, Infinity, (other) => other !== tile || !row);
		return best < 0 ? i : best;
	}
	const seatOf = (e) => Number(e.target.closest?.('[data-i]')?.dataset.i ?? -1), fingers = new Map();
	const zoomAt = (next, x, y) => { const { left, top } = scroll.getBoundingClientRect(); scaleTo(next, x - left, y - top); };
	const on = (e, names, act) => { for (const name of names.split(' ')) e.addEventListener(name, act, { passive: false }); };
	const point = (i) => { if (i !== hover) { hover = i; paintRing(); } };
	let moved = 0;
	on(scroll, 'pointerdown', (e) => {
		if (!fingers.size) moved = 0;
		fingers.set(e.pointerId, e);
	});
	on(scroll, 'pointermove', (e) => {
		const before = fingers.get(e.pointerId), other = [...fingers.values()].find((f) => f.pointerId !== e.pointerId), isMouse = e.pointerType === 'mouse';
		if (!before) { point(isMouse ? seatAt(e) : -1); return; }
		const to = (f) => hypot(f.clientX - other.clientX, f.clientY - other.clientY), dx = before.clientX - e.clientX, dy = before.clientY - e.clientY;
		moved += hypot(dx, dy);
		fingers.set(e.pointerId, e);
		if (other) zoomAt(k * to(e) / to(before), (e.clientX + other.clientX) / 2, (e.clientY + other.clientY) / 2);
		else if (isMouse && moved > 5) scroll.scrollBy(dx, dy);
	});
	on(scroll, 'pointerup pointercancel pointerleave', (e) => {
		fingers.delete(e.pointerId);
		if (e.type === 'pointerleave') point(-1);
	});
	on(scroll, 'scroll', soon);
	on(scroll, 'wheel', (e) => {
		const page = document.scrollingElement;
		if (!e.ctrlKey && isFitted && page.scrollHeight > page.clientHeight) return; // the page scrolls
		e.preventDefault();
		zoomAt(k * Math.exp(-e.deltaY * (e.ctrlKey ? .01 : .0018)), e.clientX, e.clientY);
	});
	on(root, 'click', (e) => {
		const { area, step: more } = e.target.dataset, n = [...zoom.children].indexOf(e.target), i = seatOf(e), slack = e.pointerType === 'touch' ? 16 : 0;
		if (n >= 0) scaleTo([k * 1.6, k / 1.6, 0][n]);
		else if (area) step(area, Number(more));
		else if (!scroll.contains(e.target) || !e.detail) { if (i >= 0) toggle(i); } else if (moved < 6) { // by a pointer
			const hit = seatAt(e, slack);
			if (k * P < (slack ? 20 : 9)) zoomAt(max(k * 2, 30 / P), e.clientX, e.clientY); // too small to hit
			else if (hit >= 0) toggle(hit);
		}
	});
	on(root, 'keydown', (e) => {
		const i = seatOf(e), way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key], scale = { '+': k * 1.4, '-': k / 1.4, 0: 0 }[e.key];
		if (i < 0 || e.ctrlKey || e.altKey || e.metaKey) return;
		if (way) focusOn(next(i, way[0], way[1]));
		else if (e.key === ' ' || e.key === 'Enter') toggle(i);
		else if (scale !== undefined) scaleTo(scale);
		else return;
		e.preventDefault();
	});
	on(root, 'focusin focusout', (e) => {
		if (seatOf(e) >= 0) hand(seatOf(e));
		paintRing();
	});
	new ResizeObserver(() => { if (seats.length) scaleTo(isFitted ? 0 : k); }).observe(scroll);

	return {
		get selection() { return [...selected]; }, set selection(ids) { choose(ids); settle(); tellSelection(); },
		get own() { return [...own]; }, set own(ids) { choose(selected, ids); settle(); },
		get areas() { return Object.fromEntries(wanted); }, set areas(all) { wanted = new Map(Object.entries(all)); paintAreas(); },
		get pending() { return isPending; }, set pending(is) { isPending = Boolean(is); settle(); },
		get texts() { return texts; }, set texts(all) { texts = { ...TEXTS, ...all }; label(); if (layout) draw(); },
		get channelKey() { return channelKey; }, set channelKey(key) { unlock(key); },
		get isHeld() { return !(without(own, selected).length || without(selected, own).length || over(wanted, ownAreas).length || over(ownAreas, wanted).length); },
		get held() { return held; }, get show() { return show; }, get max() { return placesMax(); }, get categories() { return categories; },
		feed: take, hold, check, release: () => sendHeld('release'), confirm: () => sendHeld('confirm'), extend: (hold_seconds) => sendHeld('extend', { hold_seconds }),
		changed(name) { if (isOn) { if (name !== 'category-colors') start(); else if (layout) draw(); } },
		turn(is) {
			isOn = is;
			for (const [e, name] of [[window, 'online'], [document, 'visibilitychange']]) e[is ? 'addEventListener' : 'removeEventListener'](name, hurry);
			if (is) start(); else hangUp();
		},
	};
}

class SeatMap extends HTMLElement {
	static observedAttributes = ['show-id', 'src', 'category-colors'];
	#map = seatMap(this);
	constructor() { super(); Object.defineProperties(this, Object.getOwnPropertyDescriptors(this.#map)); }
	connectedCallback() { this.#map.turn(true); }
	disconnectedCallback() { this.#map.turn(false); }
	attributeChangedCallback(name, before, after) { if (before !== after) this.#map.changed(name); }
}
customElements.define('holdfast-seat-map', SeatMap);
