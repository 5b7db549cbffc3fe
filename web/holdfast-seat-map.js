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
// From one seat to the next.
const P = 20;
// So many seats are each an element at any scale, more where they are so large.
const FEW = 1500, NEAR = 18;
const COLORS = ['#7c5cf0', '#0c8f84', '#d0700a', '#d9376e', '#2f74e0', '#5f8a0f'];
const circle = (r) => `m-${r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0-${2 * r} 0z`;
// Around a point: each category has a colour and a shape; what is taken or chosen has its own.
const SHAPES = { r: circle(6), s: 'm-3.5-3.5l7 7m0-7l-7 7', x: circle(9), own: circle(9), 0: circle(8),
	1: 'm-7.5-4q0-3.5 3.5-3.5h8q3.5 0 3.5 3.5v8q0 3.5-3.5 3.5h-8q-3.5 0-3.5-3.5z',
	2: 'm-7.5-5.5a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2v5.5a7.5 7.5 0 0 1-15 0z', 3: 'm0-8.8l7.6 4.4v8.8l-7.6 4.4l-7.6-4.4v-8.8z', 4: 'm0-9l9 9l-9 9l-9-9z' };
const TICK = 'm-4.8 1.2l3.9 3.8 6.2-7.3-1.6-1.3-4.8 5.7-2.3-2.3z';
// Holes in a seat.
const MARKS = {
	x: TICK, own: TICK, b: 'm0-3.8v4m0 2v1.6',
	accessible: 'm-1.6-6.2h2v2h-2zm0 3h2v1.8h2.4v1.6h-2.4v1.4h2.7l1.8 3.6-1.6.8-1.4-2.8h-3.5zm-1 2.3a4.3 4.3 0 1 0 4.6 6.4l-1.4-.8a2.7 2.7 0 1 1-3.2-4z',
	companion: 'm-1.2-5.2h2.4v2.4h-2.4zm-2.4 9.6v-1.8a3.6 3.6 0 0 1 7.2 0v1.8z', restricted: 'm-4-1h8v2h-8z',
};

const { abs, min, max, hypot } = Math, now = () => performance.now();
const X = (s) => s.X, Y = (s) => s.Y;
const least = (all, of) => all.reduce((a, x) => min(a, of(x)), Infinity), most = (all, of) => -least(all, (x) => -of(x));
const set = (e, attributes) => { for (const name in attributes) e.setAttribute(name, attributes[name]); };
/** @returns {any} */
export function make(parent, name, attributes, text) {
	const e = document.createElementNS(name === 'svg' ? 'http://www.w3.org/2000/svg' : parent.namespaceURI, name);
	set(e, attributes);
	e.textContent = text ?? '';
	parent.append(e);
	return e;
}
const fill = (text, ...values) => text.replaceAll('{}', () => values.shift());
const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
const backOff = (n) => Math.random() * min(30000, 1000 * 2 ** n);
const { compare } = new Intl.Collator(undefined, { numeric: true });
/** The answer in JSON with its status; null: none came. @returns {Promise<Answer | null>} */
const call = (url, post, headers) => fetch(url, { credentials: 'include', signal: AbortSignal.timeout(15000),
	...(post && { method: 'POST', body: JSON.stringify(post), headers: { 'Content-Type': 'application/json', ...headers } }) })
	.then(async (r) => ({ ...await r.json().catch(() => null), ok: r.ok, status: r.status, headers: r.headers }), () => null);

// ---- requests ----

/** The key of a wish, a UUID of version 7, written down before it is sent: who asks the same again gets the same answer. */
function keyOf(slot, wish) {
	const time = Date.now().toString(16).padStart(12, '0'), key = `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
	try {
		const kept = JSON.parse(sessionStorage.getItem(slot));
		if (kept?.wish === wish) return kept.key;
		sessionStorage.setItem(slot, JSON.stringify({ wish, key }));
	} catch {
		// A page that has no storage.
	}
	return key;
}
const sessions = new Set();

/** Ask until there is an answer: what may help is the same again with its key. @returns {Promise<Answer>} */
async function ask(base, operation, body) {
	const slot = `holdfast:${operation}:${body.show_id}`, key = keyOf(slot, JSON.stringify(body));
	for (let n = 0, until = now() + 60000; ; n++) {
		if (!sessions.has(base) && await call(base + '/api/session', {})) sessions.add(base);
		const answer = await call(base + '/api/seat-reservations/' + operation, body, { 'Idempotency-Key': key });
		if (answer?.status < 500 && answer.status !== 401 && answer.status !== 429) {
			try { sessionStorage.removeItem(slot); } catch {}
			return { operation, ...answer };
		}
		const wait = answer ? 1000 * Number(answer.headers.get('Retry-After') ?? 1) : backOff(min(n, 3));
		if (now() + wait > until) return { operation, status: 0, reason: 'OUTCOME_UNKNOWN', ...answer };
		await sleep(wait);
	}
}

// ---- where seats are drawn: X and Y of each, the middle of all at X = 0 ----

/** The rows that are drawn, each from left to right. @param {Seat[]} seats @returns {Row[]} */
function arrange(seats) {
	/** @param {Seat} s */
	const rowOf = ({ section, row, x, y }) => [section, row ?? Math.floor(y / 500), x === undefined].join('\0'), pos = (s) => s.pos ?? s.x;
	const rows = [...Map.groupBy(seats, rowOf).values()].map((all) => ({ section: all[0].section ?? '', row: all[0].row,
		rank: least(all, (s) => s.rank ?? Infinity), seats: all.sort((a, b) => pos(a) - pos(b)) }));
	stack(rows.filter((row) => row.seats[0].x === undefined), place(seats.filter((s) => s.x !== undefined)));
	return rows;
}
/** By x and y, neighbours P apart. How low they reach. */
function place(seats) {
	const x = (s) => s.x, middle = (least(seats, x) + most(seats, x)) / 2, top = least(seats, (s) => s.y), some = Math.ceil(seats.length / 100);
	const near = seats.filter((_, n) => n % some === 0).map((a) => least(seats, (b) => hypot(b.x - a.x, b.y - a.y) || Infinity)).sort((a, b) => a - b);
	const scale = P / near[near.length >> 3] || 1, round = (n) => Math.round(n * scale * 10) / 10;
	for (const s of seats) { s.X = round(s.x - middle); s.Y = round(s.y - top); }
	return seats.length && most(seats, Y) + 3 * P;
}
/** By section, row and pos: sections one below the other, the best one first. */
function stack(rows, top) {
	const first = (row) => row.seats[0].pos, last = (row) => row.seats.at(-1).pos;
	const sections = [...Map.groupBy(rows, (row) => row.section).values()]
		.map((all) => ({ all: all.sort((a, b) => a.rank - b.rank || compare(a.row, b.row)), from: least(all, first), to: most(all, last) }));
	for (const { all, from, to } of sections.sort((a, b) => a.all[0].rank - b.all[0].rank)) {
		// Rows that all begin at the same end are put in the middle; else their pos says where they are.
		const isEven = all.every((row) => first(row) === from);
		for (const row of all) {
			const middle = ((isEven ? last(row) : to) + from) / 2;
			for (const s of row.seats) { s.X = (s.pos - middle) * P; s.Y = top + 30; }
			top += 22;
		}
		top += 48;
	}
}

// ---- the element ----

const STYLE = `
:host { display: block; position: relative; min-height: 320px; container-type: size; color: var(--ink); font: 14px/1.4 Inter, system-ui, sans-serif;
	--paper: light-dark(#fff, #17151a); --ink: light-dark(#1d1a20, #f6f3f8); --soft: light-dark(#6b6570, #a9a2b0);
	--line: light-dark(#cfc9d4, #4d4753); --faint: light-dark(#f1eef3, #242128); --accent: light-dark(#b3123f, #ff5d84) }
[hidden] { display: none !important }
.all { display: flex; flex-direction: column; height: 100%; min-height: inherit }
.view { position: relative; flex: 1; min-height: 180px }
.scroll { position: absolute; inset: 0; overflow: auto; scrollbar-width: none; touch-action: pan-x pan-y; display: grid; place-content: safe center; cursor: grab }
.pad { overflow: hidden } .house { display: block; transform-origin: 0 0; user-select: none; -webkit-user-select: none }
.lost .house { opacity: .5 } path { fill-rule: evenodd } [data-i] { cursor: pointer; stroke: #0000; stroke-width: 4 } @media (pointer: coarse) { [data-i] { stroke-width: 9 } }
.a { fill: var(--c) } .x { fill: var(--ink) } .own { fill: var(--accent) }
.b { fill: var(--paper); stroke: var(--c, var(--accent)); stroke-width: 1.8 }
.r, .s { fill: none; stroke: var(--line); stroke-width: 2; stroke-linecap: round; pointer-events: all } [data-i]:is(:hover, :focus-visible) { stroke: var(--ink); stroke-width: 2 }
.ground path, rect { fill: var(--faint); stroke: var(--line) }
text { fill: var(--soft); text-anchor: middle; dominant-baseline: central; pointer-events: none; font-weight: 600 }
.name, b { fill: var(--ink); color: var(--ink) } .stage { letter-spacing: .3em; text-transform: uppercase } .far .row { display: none }
button { font: inherit; color: inherit; cursor: pointer; border: 0; background: var(--paper); min-width: 40px; height: 40px } button:hover { background: var(--faint) }
.zoom { position: absolute; right: 12px; bottom: 12px; display: grid; border-radius: 12px; overflow: hidden; border: 1px solid var(--line); font-size: 18px }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px } path:focus-visible { outline: none }
p { position: absolute; left: 12px; top: 8px; margin: 0; padding: 5px 10px; border-radius: 9px; background: var(--paper); font-size: 12px }
.status::before { content: "●" / ""; color: #1a9c5b; margin-right: 5px } .lost .status::before { color: #e08a00 }
.tip { background: var(--ink); color: var(--paper); pointer-events: none; max-width: 260px }
ul { display: flex; flex-wrap: wrap; gap: 6px 14px; list-style: none; margin: 0; padding: 8px 14px; font-size: 12.5px; color: var(--soft); flex: none }
li { display: flex; align-items: center; gap: 5px; white-space: nowrap } li svg { width: 18px }
.areas li, .list li { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; padding-left: 10px }
.list { max-height: 34%; overflow: auto } .list li { padding: 5px 10px 5px 6px }
.toasts { position: absolute; z-index: 2; inset: 12px 12px auto; display: grid; gap: 8px; justify-items: center; pointer-events: none }
.toast { position: static; padding: 11px 18px; background: var(--accent); color: var(--paper); font-size: 14px; font-weight: 600; box-shadow: 0 6px 24px #0004 }
.note { background: var(--ink) }
@container (max-width: 560px) { .legend { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none } .scroll { align-content: safe start; padding-top: 50px } .zoom { inset: 6px 12px auto auto; display: flex } .status { max-width: calc(100% - 158px) } }
:host([mode=view]) .areas { li { padding: 4px 10px } button, [role=status] { display: none } }
svg { forced-color-adjust: none }`;

const HTML = `<div class="all"><div class="view lost"><div class="scroll"><div class="pad"><svg class="house" role="group"><g class="ground"></g><g class="tiles"></g></svg></div></div><p class="status" role="status"></p><p class="tip" hidden></p>
<div class="zoom"><button>+</button><button>−</button><button>⤢</button></div></div><ul class="areas"></ul>
<ul class="list" role="group"></ul><ul class="legend" tabindex="0"></ul></div><div class="toasts" role="alert"></div>`;

/** All of one element. @param {HTMLElement} host */
function seatMap(host) {
	const root = host.attachShadow({ mode: 'open' }), [sheet, colors] = root.adoptedStyleSheets = [new CSSStyleSheet(), new CSSStyleSheet()];
	sheet.replaceSync(STYLE);
	root.innerHTML = HTML;
	/** @type {any} */
	const [, view, scroll, pad, svg, ground, house, said, tip, zoom, areaList, list, legend, toasts] = root.querySelectorAll('[class]');
	/** @type {Seat[]} */
	let seats = [], drawn = [];
	/** @type {Tile[]} */
	let tiles = [];
	/** The one stop of the Tab key; that with the pointer. @type {Seat} */
	let focus, pointed;
	let states = [], areas = new Map(), byId = new Map();
	let categories = [], texts = TEXTS, selected = new Set(), own = new Set(), open = new Set(), openAreas = new Set(), wanted = new Map(), ownAreas = new Map();
	// Was own, and has not been seen to be free since.
	const mine = new Set();
	let held = null, isPending = false, isBusy = false, isSettling = false, isOn = false, clicks = 0, channelKey = '', ends = 0;
	/** @type {Show} */
	let show = {};

	const attribute = (name) => host.getAttribute(name) ?? '', isHolding = () => attribute('mode') === 'hold', isView = () => attribute('mode') === 'view';
	const base = () => attribute('src').replace(/\/$/, ''), about = (more) => ({ show_id: attribute('show-id'), ...more });
	const urlOf = (path, more) => `${base()}/api/${path}?${new URLSearchParams(about(more))}`;
	const placesMax = () => Number(attribute('max')) || show.max_seats || 50;
	const tell = (name, detail) => host.dispatchEvent(new CustomEvent('holdfast-' + name, { detail, bubbles: true, composed: true }));
	const fail = (answer) => tell('error', { message: answer?.detail ?? texts.trouble, ...answer });
	const tellSelection = () => tell('select', { seat_ids: [...selected], areas: over(wanted) });
	function toast(text, kind = '') {
		const e = make(toasts, 'p', { class: 'toast ' + kind }, text);
		setTimeout(() => e.remove(), 8000);
	}
	function status(word) {
		view.classList.toggle('lost', word !== 'live');
		if (said.textContent !== texts[word]) said.textContent = texts[word];
		said.hidden = !texts[word];
	}

	// ---- the line to the gateway ----

	let line, timer = 0, tries = 0, heard = 0, isOpened = false, epoch = '', o = -1, layout = '', isLaid = false;

	function start() {
		layout = '';
		isLaid = false;
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
		before?.close();
	}
	/** What is silent for so long is lost. */
	function listen(ms) {
		heard = now();
		clearTimeout(timer);
		timer = setTimeout(lose, ms, 0);
	}
	function connect() {
		hangUp();
		// Else its page feeds it.
		if (!attribute('show-id')) return;
		const url = urlOf('seat-map/live', layout && { since: `${epoch}:${o}`, layout }), began = now();
		// Perhaps something on the way lets no WebSocket pass.
		const isPlain = !isOpened && tries % 3 === 2;
		const fresh = line = isPlain ? new EventSource(url) : new WebSocket(url, 'holdfast.seats.v1');
		fresh.onmessage = ({ data }) => {
			if (fresh !== line) return;
			listen(60000);
			if (heard - began > 60000) tries = 0;
			isOpened ||= !isPlain;
			take(JSON.parse(data));
		};
		fresh[isPlain ? 'onerror' : 'onclose'] = ({ reason }) => {
			const told = /^retry=(\d+)/.exec(reason);
			if (fresh === line) lose(told?.[1] ?? backOff(tries));
		};
		listen(15000);
	}
	async function lose(ms) {
		hangUp();
		status('lost');
		tries++;
		timer = setTimeout(connect, ms);
		// A browser does not say why there is no WebSocket.
		const answer = !layout && await call(urlOf('seat-map'));
		if (layout || answer?.status !== 404) return;
		status('unknown');
		tell('error', answer);
	}
	function hurry() {
		if (document.hidden) return;
		if (!line || now() - heard > 30000) connect();
		if (held) check();
	}

	/** @param {Frame} f */
	function take(f) {
		o = f.o;
		if (f.t === 'at') return;
		if (f.t === 'snap') {
			isLaid &&= f.layout === layout;
			({ epoch, layout } = f);
		}
		let isOver = false;
		if (f.show) { show = f.show; label(); tell('show', show); }
		if (f.areas) areas = new Map();
		for (const [id, free, capacity, b] of f.areas ?? f.a ?? []) areas.set(id, { ...areas.get(id), free, capacity, isClosed: b === 'b' });
		for (const [i, state] of f.s ? [...f.s].entries() : f.c ?? []) {
			if (state === states[i]) continue;
			states[i] = state;
			if (!isLaid) continue;
			const { id } = seats[i];
			if ('.b'.includes(state)) mine.delete(id);
			isOver ||= own.has(id) && state !== 'r';
			touch(seats[i]);
		}
		// Paid or given back in another window.
		if (isOver && !isBusy) check();
		if (f.seats) lay(f.seats);
		else if (isLaid) {
			if (f.areas) drawAreas(); else paintAreas();
			shown();
		} else if (f.t === 'snap') fetchLayout(layout);
	}
	async function fetchLayout(hash) {
		for (let n = 0; isOn && !isLaid && layout === hash; n++) {
			const all = await call(urlOf('seat-map/layout', { layout }));
			if (all?.seats && layout === hash) return lay(all.seats);
			await sleep(backOff(n));
		}
	}
	/** All that came is on the screen. */
	function shown() {
		legend.querySelectorAll('b').forEach((b, n) => { b.textContent = seats.filter((s) => s.kind === n && states[s.i] === '.').length; });
		settle();
		status('live');
	}
	const lost = () => (isPending || isBusy || isView() || !isLaid ? []
		: [...selected].filter((id) => !own.has(id) && !mine.has(id) && !'.b'.includes(states[byId.get(id)?.i])));
	/** Who lost seats of the selection is told so, once no answer of his own is on its way: also none in another window of his. */
	async function settle() {
		const ids = lost();
		if (isSettling || !ids.length) return;
		isSettling = true;
		await check(true);
		isSettling = false;
		for (const id of lost()) if (ids.includes(id)) drop(id);
		settle();
	}
	function drop(id) {
		if (!selected.delete(id)) return;
		touch(byId.get(id));
		toast(fill(texts.taken, id));
		tell('taken', { seat_id: id });
		tellSelection();
	}

	// ---- what the customer does ----

	const isFree = ({ i }) => states[i] === '.' || (states[i] === 'b' && open.has(i));
	const places = () => [...wanted.values()].reduce((a, b) => a + b, selected.size);
	const over = (a, b = null) => [...a].map(([area_id, n]) => ({ area_id, count: n - (b?.get(area_id) ?? 0) })).filter(({ count }) => count > 0);
	const without = (a, b) => [...a].filter((id) => !b.has(id));
	/** What a hold lacks to be what is selected. */
	function wish() {
		const all = { seat_ids: without(selected, own), areas: over(wanted, ownAreas), drop_seat_ids: without(own, selected), drop_areas: over(ownAreas, wanted) };
		for (const name in all) if (!all[name].length) delete all[name];
		return all;
	}
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
	function toggle(s) {
		const { id } = s;
		if (isView()) return tell('seat', { seat_id: id });
		if (!selected.delete(id)) {
			if (!(isFree(s) || own.has(id)) || isFull()) return;
			selected.add(id);
		}
		touch(s);
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
		for (const id of all) touch(byId.get(id));
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
		if (!answer.ok) {
			if (answer.reason === 'SEATS_TAKEN') for (const { seat_id } of answer.unavailable) drop(seat_id);
			if (answer.status === 410 || answer.status === 404) keep(null);
			if (answer.reason === 'ALREADY_RESERVED') await check();
			if (isHolding()) choose(own);
			fail(answer);
		} else if (operation === 'release' || operation === 'confirm') keep(null);
		// It was answered long ago, perhaps.
		else if (answer.headers.has('Idempotency-Replayed')) await check();
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
			const body = { ...wish(), ...more };
			if (!Object.keys(body).length) break;
			if (!held) answer = await send('reserve', { ...body, ...(channelKey && { channel_key: channelKey }) });
			else answer = await (places() || more ? sendHeld('change', body) : sendHeld('release'));
			if (!isHolding() || !answer.ok) break;
			more = null;
		}
		return answer;
	}
	/** What this session holds. @param {boolean} [isKept] what was chosen */
	async function check(isKept) {
		const answer = await call(urlOf('seat-reservations/check')), found = answer?.reservation, clock = Date.parse(answer?.now);
		const isLive = Date.parse(found?.reserved_until) > clock;
		// A page that reserves by itself says what is its own: here it is only learned that nobody else has it.
		if (isKept && !isHolding() && !held) for (const id of isLive ? found.seat_ids : []) mine.add(id);
		else if (answer?.ok && (isLive || held)) keep(isLive ? { ...found, checkout_token: answer.checkout_token } : null, clock, isKept);
	}
	/** What is open to who has the code of a presale. */
	async function unlock(key) {
		const answer = key && await call(base() + '/api/seat-map/open', about({ channel_key: key }));
		channelKey = answer?.ok ? key : '';
		open = new Set(answer?.seats);
		openAreas = new Set(answer?.areas);
		if (answer) tell('answer', { operation: 'open', ...answer });
		if (key && !answer?.ok) fail(answer);
		for (const s of seats) if (states[s.i] === 'b') touch(s);
		paintAreas();
	}

	// ---- drawing ----

	let box = { x: 0, y: 0, w: 1, h: 1 }, band = box, k = 1, isFitted = true, frame = 0, rest = 0;
	const write = (parent, name, text, x, y, size) => make(parent, 'text', { class: name, x, y, 'font-size': size, 'aria-hidden': true }, text);

	function label() {
		const names = [...texts.zoom, texts.list, texts.legend, texts.map + (show.title ? ': ' + show.title : '')];
		[...zoom.children, list, legend, svg].forEach((e, n) => set(e, { 'aria-label': names[n] }));
	}
	function lay(all) {
		isLaid = true;
		categories = [...new Set(all.map(({ category = '' }) => category))].sort(compare);
		seats = all.map((s, i) => ({ ...s, id: s.seat_id, i, kind: categories.indexOf(s.category ?? '') }));
		states.length = seats.length;
		byId = new Map(seats.map((s) => [s.id, s]));
		draw();
		unlock(channelKey);
		shown();
		tell('show', show);
	}
	function draw() {
		const isDrawn = (s) => (s.x ?? s.row) !== undefined, unplaced = seats.filter((s) => !isDrawn(s));
		let given = {};
		// Without them they are ours.
		try { given = JSON.parse(attribute('category-colors')) ?? {}; } catch {}
		colors.replaceSync(categories.map((name, n) =>
			`.k${n} { --c: ${CSS.supports('color', given[name]) ? given[name] : COLORS[n % COLORS.length]}; }`).join(''));
		drawn = seats.filter(isDrawn);
		focus = drawn[0] ?? seats[0];
		pointed = null;
		tiles = [];
		for (const e of [ground, house, legend, list]) e.replaceChildren();
		const rows = arrange(drawn);
		drawGround(rows);
		for (const { section, row, seats: all } of rows) for (let n = 0; n < all.length; n += 50) addTile(section, row, all.slice(n, n + 50));
		list.hidden = !unplaced.length;
		for (const s of unplaced) adopt(s, picture(list, stateOf(s), s, s.id));
		drawAreas();
		drawLegend();
		scaleTo(0);
	}
	/** Stage, floor, names of sections; and how large all is. */
	function drawGround(rows) {
		const low = max(0, most(drawn, Y)), wide = max(8 * P, most(drawn, (s) => abs(s.X))), half = wide * .44 + P, deep = max(1.4 * P, wide * .1);
		const floor = areas.size && max(3 * P, wide * .14), foot = least(drawn, (s) => (abs(s.X) < half + P ? s.Y : low)) - 1.8 * P;
		const stage = min(foot, low) - floor - deep * 1.4, top = min(0, stage);
		if (drawn.length || floor) {
			make(ground, 'path', { d: `M${-half} ${stage}h${2 * half}v${deep * .6}q${-half} ${deep * .8} ${-2 * half} 0z` });
			write(ground, 'stage', texts.stage, 0, stage + deep * .5, deep * .34);
		}
		box = { x: -wide - 2 * P, y: top - P, w: 2 * wide + 4 * P, h: low - top + 2.2 * P };
		for (const [name, all] of Map.groupBy(rows, (row) => row.section)) nameSection(name, all.flatMap((row) => row.seats));
		band = { x: -half * .8, y: stage + deep * 1.4, w: half * 1.6, h: floor };
		set(svg, { viewBox: Object.values(box).join(' ') });
	}
	function nameSection(name, all) {
		const mean = all.reduce((sum, s) => sum + s.X, 0) / all.length, near = all.filter((s) => abs(s.X - mean) < 3 * P);
		const size = max(15, box.w / 90);
		if (near.length) write(ground, 'name', name, mean, least(near, Y) - .7 * (P + size), size);
		else for (const side of [-1, 1]) nameSection(name, all.filter((s) => (s.X - mean) * side > 0));
	}
	function addTile(section, row, all) {
		const name = [section, row && fill(texts.row, row)].filter(Boolean).join(', ');
		const tile = { seats: all, row, g: make(house, 'g', { role: 'group', 'aria-label': name || texts.map }), isLive: false, isDirty: true,
			x: least(all, X) - P, y: least(all, Y) - P, right: most(all, X) + P, low: most(all, Y) + P };
		tiles.push(tile);
		for (const s of all) s.tile = tile;
	}
	const seen = (s) => (isFree(s) ? '.' : states[s.i]);
	/** What a seat is to this customer: own, chosen (x), no longer chosen (drop), or as all see it. */
	function stateOf(s) {
		const isOwn = own.has(s.id);
		return selected.has(s.id) ? (isOwn ? 'own' : 'x') : isOwn ? 'drop' : seen(s);
	}
	/** Class and shape: what a state has, else what the category has with a flag's mark. */
	function looksOf(state, { X = 0, Y = 0, kind = 0, flags = [] }) {
		const at = `M${X} ${Y}`, shape = SHAPES[state], mark = MARKS[state] ?? (shape ? '' : MARKS[flags.find((flag) => MARKS[flag])]);
		return { class: `${{ '.': 'a', flag: 'x' }[state] ?? (shape ? state : 'b')} k${state === 'drop' ? '' : kind}`, d: at + (shape ?? SHAPES[kind % 5]) + (mark ? at + mark : '') };
	}
	function nameOf(s) {
		const { id, section, category, flags = [] } = s;
		return [fill(texts.seat, id), section, category, ...flags.map((flag) => texts[flag] ?? flag), texts[own.has(id) ? 'own' : seen(s)]].filter(Boolean).join(', ');
	}
	function paintSeat(s) {
		set(s.tile ? s.e : s.e.querySelector('path'), looksOf(stateOf(s), s));
		set(s.e, { 'aria-label': nameOf(s), [isView() ? 'aria-pressed' : 'aria-checked']: selected.has(s.id), 'aria-disabled': !(isFree(s) || own.has(s.id) || isView()) });
	}
	function picture(parent, state, seat, text) {
		const li = make(parent, 'li');
		make(make(li, 'svg', { viewBox: '-10 -10 20 20', 'aria-hidden': true }), 'path', looksOf(state, seat));
		li.append(text);
		return li;
	}
	function adopt(s, e) {
		s.e = e;
		set(e, { role: isView() ? 'button' : 'checkbox', 'data-i': s.i, tabindex: s === focus ? 0 : -1 });
		paintSeat(s);
	}
	/** An element for each seat, or where they are many and small one for each look. @param {Tile} tile */
	function paintTile(tile, isLive) {
		const { g, seats: all, row } = tile, paths = {};
		g.replaceChildren();
		for (const s of all) {
			s.e = null;
			if (isLive) { adopt(s, make(g, 'path')); continue; }
			const looks = looksOf(stateOf(s), s);
			paths[looks.class] = (paths[looks.class] ?? '') + looks.d;
		}
		for (const name in paths) make(g, 'path', { class: name, d: paths[name] });
		if (isLive && row?.length < 4 && all.length > 1)
			for (const [a, b] of [[all[0], all[1]], [all.at(-1), all.at(-2)]]) write(g, 'row', row, 2 * a.X - b.X, 2 * a.Y - b.Y, 8);
		Object.assign(tile, { isLive, isDirty: false });
	}
	function touch(s) {
		if (s?.e) paintSeat(s);
		else if (s) s.tile.isDirty = true;
		soon();
	}
	function soon() { frame ||= requestAnimationFrame(paint); }
	/** What is in sight, tile by tile; where it takes long the rest comes with the next frame. */
	function paint() {
		const x = scroll.scrollLeft / k + box.x, y = scroll.scrollTop / k + box.y, w = scroll.clientWidth / k, h = scroll.clientHeight / k;
		const isNear = k * P >= NEAR, until = now() + 8;
		frame = 0;
		view.classList.toggle('far', k * P < 14);
		for (const tile of tiles) {
			const isLive = rest ? tile.isLive : seats.length <= FEW || tile === focus.tile
				|| (isNear && tile.right > x && tile.x < x + w && tile.low > y && tile.y < y + h);
			if (!tile.isDirty && isLive === tile.isLive) continue;
			if (now() > until) { soon(); break; }
			paintTile(tile, isLive);
		}
		point(pointed);
	}
	/** The name of the seat with the keyboard, else with the pointer. */
	function point(at) {
		const s = root.activeElement?.matches('path:focus-visible') ? focus : at;
		pointed = at;
		tip.hidden = !s?.e;
		if (tip.hidden) return;
		tip.textContent = nameOf(s);
		const all = view.getBoundingClientRect(), r = s.e.getBoundingClientRect(), w = tip.offsetWidth, above = r.top - all.top - tip.offsetHeight - 4;
		tip.style.left = max(4, min(all.width - w - 4, r.left + r.width / 2 - all.left - w / 2)) + 'px';
		tip.style.top = (above > 4 ? above : r.bottom - all.top + 4) + 'px';
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
			const button = (sign, word, more) => { make(li, 'button', { 'aria-label': `${id}: ${word}` }, sign).onclick = () => step(id, more); };
			make(li, 'b', {}, id);
			const said = make(li, 'span');
			button('−', texts.less, -1);
			Object.assign(area, { said: [said, g.lastChild], count: make(li, 'b', { role: 'status' }) });
			button('+', texts.more, 1);
		});
		paintAreas();
	}
	function paintAreas() {
		for (const [id, { said = [], count, free, capacity, isClosed }] of areas) {
			for (const e of said) e.textContent = fill(texts.free, free, capacity) + (isClosed && !openAreas.has(id) ? ' · ' + texts.b : '');
			if (count) count.textContent = wanted.get(id) ?? 0;
		}
	}
	function drawLegend() {
		const add = (state, text, seat = {}) => text && picture(legend, state, seat, text), flags = new Set(seats.flatMap((s) => s.flags ?? []));
		categories.forEach((name, kind) => make(add('.', name || texts['.'], { kind }), 'b'));
		for (const state of 'xbrs') if (state !== 'b' || states.includes('b')) add(state, texts[state]);
		for (const flag in MARKS) if (flags.has(flag)) add('flag', texts[flag], { kind: 1, flags: [flag] });
	}

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
		if (seats.length > FEW) rest = setTimeout(() => { rest = 0; soon(); }, 150);
		soon();
	}
	function hand(s) {
		if (focus.e) set(focus.e, { tabindex: -1 });
		focus = s;
		if (s.e) set(s.e, { tabindex: 0 });
	}
	function focusOn(s) {
		hand(s);
		if (s.tile && k * P < 14) scaleTo(24 / P);
		if (!s.e) paintTile(s.tile, true);
		s.e.focus({ preventScroll: true });
		s.e.scrollIntoView({ block: 'nearest', inline: 'nearest' });
		soon();
	}
	/** The next seat that way. */
	function next(s, dx, dy) {
		const { tile, row } = s;
		if (!tile) return seatOf((dx + dy > 0 ? s.e.nextSibling : s.e.previousSibling) ?? s.e);
		const beside = row && dx && tile.seats[tile.seats.indexOf(s) + dx], farOf = (other) => {
			const x = other.X - s.X, y = other.Y - s.Y, along = x * dx + y * dy;
			return along > P * .3 && !(row && other.tile === tile) ? along + 3 * abs(x * dy + y * dx) : Infinity;
		};
		if (beside) return beside;
		const far = drawn.map(farOf), nearest = least(far, (n) => n);
		return nearest < Infinity ? drawn[far.indexOf(nearest)] : s;
	}
	const seatOf = (e) => seats[e.closest?.('[data-i]')?.dataset.i], fingers = new Map();
	const zoomAt = (next, x, y) => { const { left, top } = scroll.getBoundingClientRect(); scaleTo(next, x - left, y - top); };
	const on = (e, names, act) => { for (const name of names.split(' ')) e.addEventListener(name, act, { passive: false }); };
	let moved = 0;
	on(scroll, 'pointerdown', (e) => {
		if (!fingers.size) moved = 0;
		fingers.set(e.pointerId, e);
	});
	on(scroll, 'pointermove', (e) => {
		const before = fingers.get(e.pointerId);
		if (!before) return;
		fingers.set(e.pointerId, e);
		const dx = before.x - e.x, dy = before.y - e.y, other = [...fingers.values()].find((f) => f !== e), to = (f) => hypot(f.x - other.x, f.y - other.y);
		moved += hypot(dx, dy);
		if (other) zoomAt(k * to(e) / to(before), (e.x + other.x) / 2, (e.y + other.y) / 2);
		else if (e.pointerType === 'mouse' && moved > 5) scroll.scrollBy(dx, dy);
	});
	on(scroll, 'pointerup pointercancel pointerleave', (e) => { fingers.delete(e.pointerId); });
	on(scroll, 'pointerover pointerleave', (e) => { if (e.pointerType === 'mouse' && !fingers.size) point(seatOf(e.target)); });
	on(scroll, 'scroll', soon);
	on(scroll, 'wheel', (e) => {
		const page = document.scrollingElement;
		// Where it can the page scrolls.
		if (!e.ctrlKey && isFitted && page.scrollHeight > page.clientHeight) return;
		e.preventDefault();
		zoomAt(k * Math.exp(-e.deltaY * (e.ctrlKey ? .01 : .0018)), e.x, e.y);
	});
	on(root, 'click', (e) => {
		const n = [...zoom.children].indexOf(e.target), s = seatOf(e.target);
		const isByPointer = scroll.contains(e.target) && e.detail, isSmall = k * P < (e.pointerType === 'touch' ? 20 : drawn.length > FEW ? NEAR : 9);
		if (n >= 0) scaleTo([k * 1.6, k / 1.6, 0][n]);
		else if (isByPointer && moved > 5) return;
		else if (isByPointer && isSmall) zoomAt(max(k * 2, 30 / P), e.x, e.y);
		else if (s) toggle(s);
	});
	on(root, 'keydown', (e) => {
		const s = seatOf(e.target), way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
		if (!s || e.ctrlKey || e.altKey || e.metaKey) return;
		if (way) focusOn(next(s, ...way));
		else if (e.key === ' ' || e.key === 'Enter') toggle(s);
		else return;
		e.preventDefault();
	});
	on(root, 'focusin focusout', (e) => {
		const s = seatOf(e.target);
		if (s) hand(s);
		point(pointed);
	});
	new ResizeObserver(() => { if (seats.length) scaleTo(isFitted ? 0 : k); }).observe(scroll);

	return {
		get selection() { return [...selected]; }, set selection(ids) { choose(ids); settle(); tellSelection(); },
		get own() { return [...own]; }, set own(ids) { choose(selected, ids); settle(); },
		get areas() { return Object.fromEntries(wanted); }, set areas(all) { wanted = new Map(Object.entries(all)); paintAreas(); },
		get pending() { return isPending; }, set pending(is) { isPending = Boolean(is); settle(); },
		get texts() { return texts; }, set texts(all) { texts = { ...TEXTS, ...all }; label(); if (isLaid) draw(); },
		get channelKey() { return channelKey; }, set channelKey(key) { unlock(key); },
		get isHeld() { return !Object.keys(wish()).length; }, get held() { return held; },
		get show() { return show; }, get max() { return placesMax(); }, get categories() { return categories; },
		feed: take, hold, check, release: () => sendHeld('release'), confirm: () => sendHeld('confirm'), extend: (hold_seconds) => sendHeld('extend', { hold_seconds }),
		changed(name) { if (isOn) { if (name !== 'category-colors') start(); else if (isLaid) draw(); } },
		/** In a page, or no more. */
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
