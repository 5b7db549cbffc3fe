// holdfast-seat-map.js - <holdfast-seat-map show-id="..." src="https://...">: a show's seats, live.
//
//   attributes  show-id, src (the gateway; own origin), mode (select, hold), max, category-colors (JSON)
//   properties  selection, own: seat ids; areas: {id: count}; pending: an answer of the page's own is on its
//               way; texts: words to replace; channelKey: a presale's code; held, isHeld, show, categories
//   methods     hold(), extend(seconds), release(), confirm(), check(): what mode=hold does by itself
//   events      holdfast-select, -hold (the hold or null), -taken, -error (a problem), -show, -answer (each)
//
// A page that reserves by itself sets `pending` before it sends, and `own` before it ends `pending`.

const TEXTS = {
  taken: 'Seat {seat} was just taken by another customer.', stage: 'Stage', seat: 'Seat {seat}', row: 'Row {row}',
  '.': 'available', b: 'presale', r: 'held by another customer', s: 'sold', own: 'yours', x: 'selected',
  accessible: 'wheelchair place', companion: 'companion seat', restricted: 'restricted view', map: 'Seat map',
  list: 'Seats without a place', free: '{free} of {capacity} free', more: 'one more', less: 'one less', live: 'Live',
  loading: 'Loading the seats …', lost: 'Connection lost. Reconnecting …', unknown: 'There is no such show.',
  max: 'At most {max} places.', legend: 'Legend', trouble: 'No answer yet. Please try again.',
  zoom: ['Zoom in', 'Zoom out', 'Whole house'],
};
const COLORS = ['#7c5cf0', '#0c8f84', '#d0700a', '#d9376e', '#2f74e0', '#5f8a0f'];
const P = 20; // from one seat to the next
// Around a point: each category has a colour and a shape; what is taken or chosen has its own.
const SHAPES = ['m-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0z',
  'm-7.5-4a3.5 3.5 0 0 1 3.5-3.5h8a3.5 3.5 0 0 1 3.5 3.5v8a3.5 3.5 0 0 1-3.5 3.5h-8a3.5 3.5 0 0 1-3.5-3.5z',
  'm-7.5-5.5a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2v5.5a7.5 7.5 0 0 1-15 0z',
  'm0-8.8l7.6 4.4v8.8l-7.6 4.4l-7.6-4.4v-8.8z', 'm0-9l9 9l-9 9l-9-9z', 'm0-8.5l8.7 15.5h-17.4z'];
const TAKEN = { r: 'm-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z', s: 'm-3.5-3.5l7 7m0-7l-7 7' };
const CHOSEN = 'm-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0z';
const MARKS = { // strokes upon a seat
  x: 'm-4 .5l3 3l5.5-6.5', accessible: 'm-.6-5.2h.1m-.1 2.6v3.4h3.6l1.6 3.2m-4.9-4.6h2.6m-4-.6a3.4 3.4 0 1 0 3.6 5',
  companion: 'm0-4h.1m-3.1 8.4v-1.6a3 3 0 0 1 6 0v1.6', restricted: 'm-3.8 2.2h7.6', b: 'm0-2.2h.1m-.1 .2v4.4',
};
const FEW = 1500; // so many seats are each an element at any scale

const { min, max, hypot, random } = Math, now = () => performance.now();
const set = (e, attributes) => { for (const key in attributes) e.setAttribute(key, attributes[key]); };
function make(name, attributes, parent, text) {
  const e = /^(svg|g|path|text|rect)$/.test(name) ? document.createElementNS('http://www.w3.org/2000/svg', name)
    : document.createElement(name);
  set(e, attributes);
  if (text) e.textContent = text;
  parent.append(e);
  return e;
}
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
const backOff = (n) => random() * min(30000, 1000 * 2 ** n);
const compare = (a, b) => a.localeCompare(b, undefined, { numeric: true });
/** The answer of a GET or POST in JSON with its status; null: there was none. @returns {Promise<Answer | null>} */
const call = (url, post, headers) => fetch(url, { credentials: 'include', signal: AbortSignal.timeout(15000),
  ...(post && { method: 'POST', body: JSON.stringify(post), headers: { 'Content-Type': 'application/json', ...headers } }) })
  .then(async (r) => ({ ...await r.json().catch(() => ({})), status: r.status, headers: r.headers }), () => null);

// ---- requests ----

/** The key of a wish, written down before it is sent: who asks the same again gets the same answer. */
function keyOf(slot, wish) {
  const hex = [...crypto.getRandomValues(new Uint8Array(10))].map((b) => b.toString(16).padStart(2, '0')).join('');
  const key = `${Date.now().toString(16).padStart(12, '0')}7${hex.slice(0, 3)}8${hex.slice(3, 18)}` // a UUID, version 7
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  try {
    const kept = JSON.parse(sessionStorage.getItem(slot) ?? '{}');
    if (kept.wish === wish) return kept.key;
    sessionStorage.setItem(slot, JSON.stringify({ wish, key }));
  } catch { /* a page that has no storage */ }
  return key;
}
const sessions = new Set();

/** Ask until there is an answer: what may help is the same again with its key. */
async function ask(base, operation, body) {
  const slot = `holdfast:${operation}:${body.show_id}`, key = keyOf(slot, JSON.stringify(body));
  for (let n = 0, until = now() + 60000; ; n++) {
    if (!sessions.has(base) && await call(base + '/api/session', {})) sessions.add(base);
    const answer = await call(base + '/api/seat-reservations/' + operation, body, { 'Idempotency-Key': key });
    if (answer && answer.status !== 401 && answer.status !== 429 && answer.status < 500) {
      try { sessionStorage.removeItem(slot); } catch { /* none */ }
      return { operation, ...answer };
    }
    const wait = answer ? 1000 * Number(answer.headers.get('Retry-After') ?? 1) : backOff(min(n, 3));
    if (now() + wait > until) return answer ?? { operation, status: 0, reason: 'OUTCOME_UNKNOWN' };
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
    drawn.push(i);
    const key = [section, row ?? Math.floor(y / 500), x === undefined].join('\0');
    const line = rows.get(key) ?? { section, row, rank, ids: [] };
    rows.set(key, line);
    line.ids.push(i);
    line.rank = min(line.rank, rank);
  });
  const lines = [...rows.values()];
  for (const { ids } of lines) ids.sort((a, b) => pos(a) - pos(b));
  const low = place(seats, drawn.filter((i) => seats[i].x !== undefined), X, Y);
  stack(seats, lines.filter(({ ids }) => seats[ids[0]].x === undefined), X, Y, low);
  return { X, Y, list, drawn, lines };
}
/** By x and y, neighbours P apart. How low they reach. */
function place(seats, ids, X, Y) {
  const near = [];
  let left = Infinity, top = Infinity, low = 0;
  for (let k = 0; k < ids.length; k += Math.ceil(ids.length / 100)) {
    const { x, y } = seats[ids[k]];
    near.push(ids.reduce((least, i) => min(least, hypot(seats[i].x - x, seats[i].y - y) || Infinity), Infinity));
  }
  const scale = P / near.sort((a, b) => a - b)[near.length >> 3] || 1, round = (n) => Math.round(n * scale * 10) / 10;
  for (const i of ids) { left = min(left, seats[i].x); top = min(top, seats[i].y); }
  for (const i of ids) {
    X[i] = round(seats[i].x - left);
    Y[i] = round(seats[i].y - top);
    low = max(low, Y[i] + 3 * P);
  }
  return low;
}
/** By section, row and pos: sections one below the other, the best one first. */
function stack(seats, lines, X, Y, top) {
  const sections = new Map(), first = ({ ids }) => seats[ids[0]].pos, last = ({ ids }) => seats[ids.at(-1)].pos;
  for (const line of lines) sections.set(line.section, [...sections.get(line.section) ?? [], line]);
  const order = [...sections.values()].map((all) => all.sort((a, b) => a.rank - b.rank || compare(a.row, b.row)))
    .sort((a, b) => a[0].rank - b[0].rank).map((all) => ({ all, from: min(...all.map(first)), to: max(...all.map(last)) }));
  const most = max(...order.map(({ from, to }) => to - from));
  for (const { all, from, to } of order) {
    // Rows that all begin at the same end are put in the middle; else their pos says where they are.
    const isEven = all.every((line) => first(line) === from);
    for (const line of all) {
      const left = (most - (isEven ? last(line) : to) + from) / 2 - from;
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
.pad { overflow: hidden; } .house { display: block; transform-origin: 0 0; user-select: none; -webkit-user-select: none; transition: opacity .3s; } .lost .house { opacity: .5; }
path { outline: none; } path[role], .list li { cursor: pointer; } .a, .x, .own, text { stroke: none; }
.a { fill: var(--c); } .x { fill: var(--ink); } .own { fill: var(--accent); } .b, .drop { fill: var(--paper); stroke: var(--c, var(--accent)); stroke-width: 1.8; }
.r, .s, .mark, .ring { fill: none; stroke: var(--line); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.mark { stroke: var(--paper); pointer-events: none; } .mark.b { stroke: var(--soft); } .ring { stroke: var(--ink); pointer-events: none; }
.ground { fill: var(--faint); stroke: var(--line); }
text { fill: var(--soft); text-anchor: middle; dominant-baseline: central; pointer-events: none; font-weight: 600; }
.name, b { fill: var(--ink); color: var(--ink); } .stage { letter-spacing: .3em; text-transform: uppercase; } .far .row { display: none; }
button { font: inherit; color: inherit; cursor: pointer; border: 0; background: var(--paper); min-width: 40px; height: 40px; } button:hover { background: var(--faint); }
.zoom { position: absolute; right: 12px; bottom: 12px; display: grid; border-radius: 12px; overflow: hidden; box-shadow: 0 1px 6px #0003; font-size: 18px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.status { position: absolute; left: 12px; top: 8px; margin: 0; padding: 3px 10px; border-radius: 99px; background: var(--paper); font-size: 12px; }
.status::before { content: "●" / ""; color: #1a9c5b; margin-right: 5px; } .lost .status::before { color: #e08a00; }
.tip { position: absolute; padding: 5px 10px; border-radius: 8px; background: var(--ink); color: var(--paper); font-size: 12px; pointer-events: none; max-width: 260px; }
ul { display: flex; flex-wrap: wrap; gap: 6px 14px; list-style: none; margin: 0; padding: 8px 14px; font-size: 12.5px; color: var(--soft); flex: none; }
li { display: flex; align-items: center; gap: 5px; white-space: nowrap; } li svg { width: 18px; height: 18px; }
.areas li, .list li { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; padding-left: 10px; }
.list { max-height: 34%; overflow: auto; gap: 6px; } .list li { padding: 5px 10px 5px 6px; }
.toasts { position: absolute; z-index: 2; inset: 12px 12px auto; display: grid; gap: 8px; justify-items: center; pointer-events: none; }
.toast { margin: 0; padding: 11px 18px; border-radius: 12px; background: var(--accent); color: var(--paper); font-weight: 600; box-shadow: 0 6px 24px #0004; animation: come .25s; }
.note { background: var(--ink); } @keyframes come { from { opacity: 0; translate: 0 -10px; } }
@container (max-width: 560px) { .legend { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { svg { forced-color-adjust: none; } }`;

const HTML = `<div class="all"><div class="view lost"><div class="scroll"><div class="pad"><svg class="house" role="group"><g class="ground"></g><g class="tiles"></g>
<path class="ring"/></svg></div></div><p class="status" role="status"></p><div class="tip" hidden></div>
<div class="zoom"><button>+</button><button>−</button><button>⤢</button></div></div>
<ul class="areas"></ul><ul class="list" role="group"></ul><ul class="legend" tabindex="0"></ul></div><div class="toasts" role="alert"></div>`;

/** All of one element. @param {HTMLElement} host */
function seatMap(host) {
  const root = host.attachShadow({ mode: 'open' }), sheet = new CSSStyleSheet(), colors = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet, colors];
  root.innerHTML = HTML;
  const [view, scroll, pad, svg, ring, tip, ground, list, legend, zoom, areaList] = /** @type {any[]} */ (
    '.view .scroll .pad .house .ring .tip .ground .list .legend .zoom .areas'.split(' ').map((name) => root.querySelector(name)));
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

  const attribute = (name) => host.getAttribute(name) ?? '', isHolding = () => attribute('mode') === 'hold';
  const base = () => attribute('src').replace(/\/$/, '');
  const urlOf = (path, more) => `${base()}${path}?${new URLSearchParams({ show_id: attribute('show-id'), ...more })}`;
  const most = () => Number(attribute('max')) || show.max_seats || 50;
  const tell = (name, detail) => host.dispatchEvent(new CustomEvent('holdfast-' + name, { detail, bubbles: true, composed: true }));
  const tellSelection = () => tell('select', { seat_ids: [...selected], areas: over(wanted, new Map()) });
  function toast(text, kind = '') {
    const e = make('p', { class: 'toast ' + kind }, root.lastChild, text);
    setTimeout(() => e.remove(), 8000);
  }
  function status(word) {
    const e = root.querySelector('.status');
    view.classList.toggle('lost', word !== 'live');
    if (e.textContent !== texts[word]) e.textContent = texts[word];
  }

  // ---- the line to the gateway ----

  let line, timer = 0, watch = 0, tries = 0, heard = 0, isOpened = false, epoch = '', o = -1, layout = '', wantedLayout = '';

  function start() {
    hangUp();
    layout = wantedLayout = '';
    tries = 0;
    label();
    status('loading');
    if (attribute('show-id')) connect();
    if (isHolding()) void check();
  }
  function hangUp() {
    const before = line;
    line = undefined;
    clearTimeout(timer);
    clearInterval(watch);
    before?.close();
  }
  function connect() {
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
    if (wantedLayout) return;
    const answer = await call(urlOf('/api/seat-map')); // a browser does not say why there is no WebSocket
    if (answer?.status !== 404 || wantedLayout) return;
    status('unknown');
    tell('error', answer);
  }
  function hurry() {
    if (document.hidden) return;
    if (!line || now() - heard > 30000) { hangUp(); connect(); }
    if (held) void check();
  }

  /** @param {Frame} f */
  function take(f) {
    o = f.o;
    if (f.t === 'at') return;
    if (f.t === 'snap') ({ epoch, layout: wantedLayout } = f);
    if (f.show) { show = f.show; label(); tell('show', show); }
    if (f.areas) areas = new Map();
    for (const [id, free, capacity, b] of f.areas ?? f.a ?? []) areas.set(id, { ...areas.get(id), free, capacity, isOfChannel: b === 'b' });
    const isDrawn = layout === wantedLayout;
    if (f.s !== undefined) [...f.s].forEach((s, i) => change(i, s, isDrawn));
    for (const [i, s] of f.c ?? []) change(i, s, isDrawn);
    if (!isDrawn) { if (f.t === 'snap') void fetchLayout(wantedLayout); return; }
    if (f.areas) drawAreas(); else if (f.a) paintAreas();
    settle();
    paintCounts();
    status('live');
  }
  async function fetchLayout(hash) {
    for (let n = 0; isOn && wantedLayout === hash; n++) {
      const all = await call(urlOf('/api/seat-map/layout', { layout: hash }));
      if (all?.seats && wantedLayout === hash) {
        layout = hash;
        lay(all);
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
    if (isPending || isBusy || layout !== wantedLayout) return;
    for (const id of selected)
      if (!own.has(id) && !mine.has(id) && !['.', 'b'].includes(states[index.get(id)])) drop(id);
  }
  function drop(id) {
    if (!selected.delete(id)) return;
    touch(index.get(id));
    toast(fill(texts.taken, { seat: id }));
    tell('taken', { seat_id: id });
    tellSelection();
  }

  // ---- what the customer does ----

  const isFree = (i) => states[i] === '.' || (states[i] === 'b' && open.has(i));
  const places = () => [...wanted.values()].reduce((a, b) => a + b, selected.size);
  const over = (a, b) => [...a].map(([area_id, n]) => ({ area_id, count: n - (b.get(area_id) ?? 0) })).filter(({ count }) => count > 0);
  const without = (a, b) => [...a].filter((id) => !b.has(id));
  function isFull() {
    if (places() >= most()) toast(fill(texts.max, { max: most() }), 'note');
    return places() >= most();
  }
  function clicked() {
    clicks++;
    tellSelection();
    if (isHolding()) void hold();
  }
  function toggle(i) {
    const id = seats[i].seat_id;
    if (!selected.delete(id)) {
      if ((!isFree(i) && !own.has(id)) || isFull()) return;
      selected.add(id);
    }
    touch(i);
    clicked();
  }
  function step(id, more) {
    const n = (wanted.get(id) ?? 0) + more, { free, isOfChannel } = areas.get(id);
    if (n < 0 || (more > 0 && ((isOfChannel && !openAreas.has(id)) || n - (ownAreas.get(id) ?? 0) > free || isFull()))) return;
    if (n) wanted.set(id, n); else wanted.delete(id);
    paintAreas();
    clicked();
  }
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
    const answer = await ask(base(), operation, { show_id: attribute('show-id'), ...body });
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
  /** Make the hold what is selected. @param {object} [more] further fields, as `best` */
  async function hold(more) {
    let answer;
    while (!isBusy) {
      const body = { seat_ids: without(selected, own), areas: over(wanted, ownAreas), ...more,
        ...(held && { drop_seat_ids: without(own, selected), drop_areas: over(ownAreas, wanted) }) };
      for (const name in body) if (body[name].length === 0) delete body[name];
      if (!Object.keys(body).length) break;
      if (!held) answer = await send('reserve', { ...body, ...(channelKey && { channel_key: channelKey }) });
      else answer = await (places() || more ? about('change', body) : about('release'));
      if (!isHolding() || answer.status !== 200) break;
      more = undefined;
    }
    return answer;
  }
  const about = (operation, more) => held && send(operation, { reservation_id: held.reservation_id, ...more });
  /** What this session holds. */
  async function check() {
    const answer = await call(urlOf('/api/seat-reservations/check')), hold = answer?.reservation, clock = Date.parse(answer?.now);
    const isLive = Date.parse(hold?.reserved_until) > clock;
    if (answer?.status === 200 && (isLive || held)) keep(isLive ? { ...hold, checkout_token: answer.checkout_token } : null, clock);
  }
  /** What is open to who has the code of a presale. */
  async function unlock(key) {
    const answer = key && await call(base() + '/api/seat-map/open', { show_id: attribute('show-id'), channel_key: key });
    const isRight = answer?.status === 200;
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
  const write = (parent, name, text, x, y, size) => make('text', { class: name, x, y, 'font-size': size, 'aria-hidden': true }, parent, text);

  function label() {
    texts.zoom.forEach((word, n) => set(zoom.children[n], { 'aria-label': word }));
    set(list, { 'aria-label': texts.list });
    set(legend, { 'aria-label': texts.legend });
    set(svg, { 'aria-label': texts.map + (show.title ? ': ' + show.title : '') });
  }
  /** @param {{seats: Seat[]}} all */
  function lay(all) {
    seats = all.seats;
    states.length = seats.length;
    index = new Map(seats.map(({ seat_id }, i) => [seat_id, i]));
    categories = [...new Set(seats.map(({ category = '' }) => category))].sort(compare);
    kinds = seats.map(({ category = '' }) => categories.indexOf(category));
    counts = categories.map((_, n) => states.filter((state, i) => state === '.' && kinds[i] === n).length);
    draw();
    void unlock(channelKey);
    settle();
    status('live');
    tell('show', show);
  }
  function draw() {
    const all = arrange(seats);
    let given = {};
    try { given = JSON.parse(attribute('category-colors')); } catch { /* ours, then */ }
    colors.replaceSync(categories.map((name, n) =>
      `.k${n} { --c: ${CSS.supports('color', given[name]) ? given[name] : COLORS[n % COLORS.length]}; }`).join(''));
    ({ X, Y } = all);
    tiles = []; tileOf = []; elements = [];
    focus = all.drawn[0] ?? all.list[0] ?? -1;
    for (const e of [ground, svg.children[1], legend, list]) e.replaceChildren();
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
    const far = drawn.reduce((a, i) => max(a, X[i]), 0), right = max(far, 16 * P), low = drawn.reduce((a, i) => max(a, Y[i]), 0);
    const middle = far / 2, half = right * .22 + P, deep = max(1.4 * P, right * .05), floor = areas.size && max(3 * P, right * .07);
    const front = drawn.reduce((a, i) => (Math.abs(X[i] - middle) < half + P ? min(a, Y[i]) : a), low);
    const foot = front - 1.8 * P, stage = foot - floor - deep * 1.4, top = min(0, stage), sections = new Map();
    if (drawn.length || floor) {
      make('path', { d: `M${middle - half} ${stage}h${2 * half}v${deep * .6}q${-half} ${deep * .8} ${-2 * half} 0z` }, ground);
      write(ground, 'stage', texts.stage, middle, stage + deep * .5, deep * .34);
    }
    for (const { section, ids } of lines) sections.set(section, [...sections.get(section) ?? [], ...ids]);
    for (const [name, ids] of sections) nameSection(name, ids);
    band = { x: middle - half * .8, y: foot - floor, w: half * 1.6, h: floor };
    box = { x: middle - right / 2 - 2 * P, y: top - P, w: right + 4 * P, h: low - top + 2.2 * P };
    set(svg, { viewBox: Object.values(box).join(' ') });
  }
  function nameSection(name, ids) {
    const mean = ids.reduce((sum, i) => sum + X[i], 0) / ids.length, near = ids.filter((i) => Math.abs(X[i] - mean) < 3 * P);
    if (near.length) write(ground, 'name', name, mean, near.reduce((a, i) => min(a, Y[i]), Infinity) - 1.25 * P, max(15, box.w / 90));
    else for (const side of [-1, 1]) nameSection(name, ids.filter((i) => (X[i] - mean) * side > 0));
  }
  function addTile(section, row, ids) {
    const xs = ids.map((i) => X[i]), ys = ids.map((i) => Y[i]), name = [section, row && fill(texts.row, { row })].filter(Boolean).join(', ');
    const tile = { ids, row, g: make('g', { role: 'group', 'aria-label': name || texts.map }, svg.children[1]), isLive: false, isDirty: true,
      x: min(...xs) - P, y: min(...ys) - P, right: max(...xs) + P, low: max(...ys) + P };
    tiles.push(tile);
    for (const i of ids) tileOf[i] = tile;
  }
  /** A seat's class, shape, and mark. */
  function looksOf(i) {
    const { seat_id: id, flags } = seats[i], state = states[i], d = shapeOf(kinds[i]), isOwn = own.has(id);
    if (selected.has(id)) return { name: isOwn ? 'own' : 'x', d: CHOSEN, mark: MARKS.x };
    if (isOwn) return { name: 'drop', d };
    if (state === 'r' || state === 's') return { name: state, d: TAKEN[state] };
    const mark = flags && MARKS[flags.find((flag) => flag in MARKS)];
    return { name: `${isFree(i) ? 'a' : 'b'} k${kinds[i]}`, d, mark: mark ?? (state === 'b' && MARKS.b) };
  }
  function nameOf(i) {
    const { seat_id: seat, section, category, flags = [] } = seats[i], state = own.has(seat) ? 'own' : isFree(i) ? '.' : states[i];
    return [fill(texts.seat, { seat }), section, category, ...flags.map((flag) => texts[flag] ?? flag), texts[state]].filter(Boolean).join(', ');
  }
  function paintSeat(i) {
    const e = elements[i], looks = looksOf(i), id = seats[i].seat_id;
    if (tileOf[i]) set(e, { d: at(i) + looks.d, class: looks.name }); else swatch(e.firstChild, looks);
    set(e, { 'aria-label': nameOf(i), 'aria-checked': selected.has(id), 'aria-disabled': !isFree(i) && !own.has(id) });
  }
  function swatch(svg, { name, d, mark }) {
    svg.replaceChildren();
    make('path', { class: name, d: 'M0 0' + d }, svg);
    if (mark) make('path', { class: 'mark ' + name, d: 'M0 0' + mark }, svg);
  }
  function picture(parent, looks, text) {
    const li = make('li', {}, parent);
    swatch(make('svg', { viewBox: '-10 -10 20 20', 'aria-hidden': true }, li), looks);
    li.append(text);
    return li;
  }
  function adopt(i, e) {
    elements[i] = e;
    set(e, { role: 'checkbox', 'data-i': i, tabindex: i === focus ? 0 : -1 });
    paintSeat(i);
  }
  /** An element for each seat, or where they are many and small one for each look; above, the marks. @param {Tile} tile */
  function paintTile(tile, isLive) {
    const { g, ids, row } = tile, paths = {}, isNew = isLive && !tile.isLive;
    if (isNew || !isLive) g.replaceChildren(); else for (const e of g.querySelectorAll('.mark')) e.remove();
    for (const i of ids) {
      const { name, d, mark } = looksOf(i);
      if (isNew) adopt(i, make('path', {}, g));
      else if (!isLive) { delete elements[i]; paths[name] = (paths[name] ?? '') + at(i) + d; }
      if (mark) paths['mark ' + name] = (paths['mark ' + name] ?? '') + at(i) + mark;
    }
    if (isNew && row?.length < 4 && ids.length > 1)
      for (const [a, b] of [[ids[0], ids[1]], [ids.at(-1), ids.at(-2)]]) write(g, 'row', row, 2 * X[a] - X[b], 2 * Y[a] - Y[b], 8);
    for (const name in paths) make('path', { class: name, d: paths[name] }, g);
    Object.assign(tile, { isLive, isDirty: false });
  }
  function touch(i) {
    if (i === undefined) return;
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
    set(ring, { d: i < 0 ? '' : at(i) + 'm-11.5 0a11.5 11.5 0 1 0 23 0a11.5 11.5 0 1 0-23 0z' });
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
      const g = make('g', {}, ground), left = x + n * wide, li = make('li', {}, areaList);
      make('rect', { x: left + 4, y, width: wide - 8, height: h, rx: h * .14 }, g);
      write(g, 'name', id, left + wide / 2, y + h * .36, h * .24);
      write(g, '', '', left + wide / 2, y + h * .68, h * .2);
      make('b', {}, li, id);
      make('span', {}, li);
      for (const [sign, word, more] of [['−', 'less', -1], ['+', 'more', 1]]) {
        make('button', { 'aria-label': `${id}: ${texts[word]}`, 'data-area': id, 'data-step': more }, li, sign);
        if (more < 0) make('b', { role: 'status' }, li);
      }
      Object.assign(area, { g, li });
    });
    paintAreas();
  }
  function paintAreas() {
    for (const [id, { li, g, free, capacity, isOfChannel }] of areas) {
      if (!li) continue;
      li.children[1].textContent = g.lastChild.textContent = fill(texts.free, { free, capacity }) + (isOfChannel && !openAreas.has(id) ? ' · ' + texts.b : '');
      li.children[3].textContent = wanted.get(id) ?? 0;
    }
  }
  function drawLegend() {
    const flags = new Set(seats.flatMap((seat) => seat.flags ?? []));
    categories.forEach((name, n) => make('b', {}, picture(legend, { name: `a k${n}`, d: shapeOf(n) }, name || texts['.'])));
    picture(legend, { name: 'x', d: CHOSEN, mark: MARKS.x }, texts.x);
    if (states.includes('b')) picture(legend, { name: 'b k0', d: SHAPES[0], mark: MARKS.b }, texts.b);
    for (const state in TAKEN) picture(legend, { name: state, d: TAKEN[state] }, texts[state]);
    for (const flag in MARKS) if (flags.has(flag)) picture(legend, { name: 'x', d: SHAPES[1], mark: MARKS[flag] }, texts[flag]);
    paintCounts();
  }
  function paintCounts() { legend.querySelectorAll('b').forEach((b, n) => { b.textContent = counts[n]; }); }

  // ---- moving about ----

  /** @param {number} next 0: all of it @param {number} [left] @param {number} [top] what stays where it is, in the view */
  function scaleTo(next, left = scroll.clientWidth / 2, top = scroll.clientHeight / 2) {
    const x = (scroll.scrollLeft + left) / k, y = (scroll.scrollTop + top) / k, least = min(scroll.clientWidth / box.w, scroll.clientHeight / box.h, 2);
    isFitted = next <= least * 1.01;
    k = isFitted ? least : min(next, 4);
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
    let best = -1, near = max(P * .55, slack / k);
    for (const tile of tiles)
      if (x > tile.x && x < tile.right && y > tile.y && y < tile.low) for (const i of tile.ids) {
        const far = hypot(X[i] - x, Y[i] - y);
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
    if (!elements[i]) {
      scaleTo(max(k, 24 / P));
      paintTile(tileOf[i], true);
    }
    elements[i].focus({ preventScroll: true });
    elements[i].scrollIntoView({ block: 'nearest', inline: 'nearest' });
    soon();
  }
  /** The next seat that way. */
  function next(i, dx, dy) {
    const tile = tileOf[i], hasRow = tile?.row !== undefined;
    if (!tile) return Number((dx + dy > 0 ? elements[i].nextSibling : elements[i].previousSibling)?.dataset.i ?? i);
    if (hasRow && dx) {
      const beside = tile.ids[tile.ids.indexOf(i) + dx];
      if (beside !== undefined) return beside;
    }
    let best = i, near = Infinity;
    for (const other of tiles) if (other !== tile || !hasRow) for (const j of other.ids) {
      const x = X[j] - X[i], y = Y[j] - Y[i], along = x * dx + y * dy, far = along + 3 * Math.abs(x * dy + y * dx);
      if (along > P * .3 && far < near) { near = far; best = j; }
    }
    return best;
  }
  const seatOf = (e) => Number(e.target.closest?.('[data-i]')?.dataset.i ?? -1), fingers = new Map();
  const zoomAt = (next, x, y) => { const { left, top } = scroll.getBoundingClientRect(); scaleTo(next, x - left, y - top); };
  const on = (e, names, act, options) => { for (const name of names.split(' ')) e.addEventListener(name, act, options); };
  let moved = 0;
  on(scroll, 'pointerdown', (e) => {
    if (!fingers.size) moved = 0;
    fingers.set(e.pointerId, e);
  });
  on(scroll, 'pointermove', (e) => {
    const before = fingers.get(e.pointerId), other = [...fingers.values()].find((f) => f.pointerId !== e.pointerId);
    if (!before) {
      const i = e.pointerType === 'mouse' ? seatAt(e) : -1;
      if (i !== hover) { hover = i; paintRing(); }
      return;
    }
    const to = (f) => hypot(f.clientX - other.clientX, f.clientY - other.clientY), dx = before.clientX - e.clientX, dy = before.clientY - e.clientY;
    moved += hypot(dx, dy);
    fingers.set(e.pointerId, e);
    if (other) zoomAt(k * to(e) / to(before), (e.clientX + other.clientX) / 2, (e.clientY + other.clientY) / 2);
    else if (e.pointerType === 'mouse' && moved > 5) scroll.scrollBy(dx, dy);
  });
  on(scroll, 'pointerup pointercancel pointerleave', (e) => {
    fingers.delete(e.pointerId);
    if (e.type === 'pointerleave') { hover = -1; paintRing(); }
  });
  on(scroll, 'scroll', soon, { passive: true });
  on(scroll, 'wheel', (e) => {
    const page = document.scrollingElement;
    if (!e.ctrlKey && isFitted && page.scrollHeight > page.clientHeight) return; // the page scrolls
    e.preventDefault();
    zoomAt(k * Math.exp(-e.deltaY * (e.ctrlKey ? .01 : .0018)), e.clientX, e.clientY);
  }, { passive: false });
  on(root, 'click', (e) => {
    const { area, step: more } = e.target.dataset, n = [...zoom.children].indexOf(e.target), i = seatOf(e), isTouch = e.pointerType === 'touch';
    if (n >= 0) scaleTo([k * 1.6, k / 1.6, 0][n]);
    else if (area) step(area, Number(more));
    else if (!scroll.contains(e.target) || !e.detail) { if (i >= 0) toggle(i); } else if (moved < 6) { // by a pointer
      const hit = seatAt(e, isTouch ? 16 : 0);
      if (k * P < (isTouch ? 20 : 9)) zoomAt(max(k * 2, 30 / P), e.clientX, e.clientY); // too small to hit
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
    get channelKey() { return channelKey; }, set channelKey(key) { void unlock(key); },
    get isHeld() { return [[own, selected], [selected, own]].every(([a, b]) => !without(a, b).length) && !over(wanted, ownAreas).length && !over(ownAreas, wanted).length; },
    get held() { return held; }, get show() { return show; }, get max() { return most(); }, get categories() { return categories; },
    hold, check, release: () => about('release'), extend: (hold_seconds) => about('extend', { hold_seconds }), confirm: () => about('confirm'),
    changed(name) { if (isOn) { if (name !== 'category-colors') start(); else if (layout) draw(); } },
    turn(is) {
      isOn = is;
      for (const e of [window, document]) e[is ? 'addEventListener' : 'removeEventListener'](e === window ? 'online' : 'visibilitychange', hurry);
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
if (!customElements.get('holdfast-seat-map')) customElements.define('holdfast-seat-map', SeatMap);
