// demo.js - the demo of holdfast-gateway --demo: the list of shows, and a show's page around its seat map.
// Every text that comes from a show or a seat enters by textContent.
import '/holdfast-seat-map.js';

/** @returns {any} */ const $ = (id) => document.getElementById(id);
const add = (parent, name, text, attributes = {}) => {
	const e = document.createElement(name);
	if (text !== undefined) e.textContent = text;
	for (const key in attributes) e.setAttribute(key, attributes[key]);
	parent.append(e);
	return e;
};
const day = (/** @type {string} */ time) => new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
/** When it can be had, as far as that is not now. @param {Show} show */
function saleOf({ closed, on_sale_from: from, on_sale_until: until }) {
	if (closed) return 'The sale is closed';
	if (until && Date.parse(until) < Date.now()) return `On sale until ${day(until)}`;
	return from && Date.parse(from) > Date.now() ? `On sale from ${day(from)}` : 'On sale';
}

async function listShows() {
	const shows = await (await fetch('/demo/shows.json')).json(), list = $('shows');
	list.hidden = false;
	if (!shows.length) add(list, 'p', 'There is no show yet: holdfast-admin show create', { class: 'empty' });
	for (const show of shows) {
		const a = add(list, 'a', undefined, { class: 'card', href: '/demo/?show_id=' + encodeURIComponent(show.show_id) });
		add(a, 'h2', show.title ?? show.show_id);
		add(a, 'p', saleOf(show));
		add(a, 'meter', '', { max: show.places || 1, value: show.free, 'aria-label': 'Free places' });
		add(a, 'p', `${show.free} of ${show.places} places free`);
	}
}

function openHall(show_id) {
	$('hall').hidden = false;
	const mode = new URLSearchParams(location.search).get('mode') ?? 'select';
	const map = add($('map'), 'holdfast-seat-map', undefined, { 'show-id': show_id, mode });
	/** @type {{seat_ids: string[], areas: {area_id: string, count: number}[]}} */ let choice = { seat_ids: [], areas: [] };
	let isBusy = false;

	function tickets() {
		const list = $('tickets'), { held } = map, isSame = held && map.isHeld;
		const wanted = [...choice.seat_ids, ...choice.areas.map(({ area_id, count }) => `${count} × ${area_id}`)];
		list.replaceChildren();
		for (const name of wanted) {
			const li = add(list, 'li', name, map.own.includes(name) ? { class: 'own' } : {});
			if (!choice.seat_ids.includes(name)) continue;
			add(li, 'button', '×', { 'aria-label': `Leave out seat ${name}` }).onclick = () => {
				map.selection = map.selection.filter((id) => id !== name);
			};
		}
		$('hint').hidden = wanted.length || held;
		$('hold').textContent = held ? 'Change your hold' : wanted.length > 1 || choice.areas.length ? 'Hold these seats' : 'Hold this seat';
		$('hold').hidden = isSame || !(wanted.length || held) || mode === 'hold';
		$('pay').hidden = !isSame;
		for (const id of ['extend', 'release']) $(id).hidden = !held;
		for (const b of $('buttons').children) b.disabled = isBusy;
	}
	function choose(next) { choice = next; tickets(); }
	const say = (text) => { $('message').textContent = text; };
	async function act(what) {
		isBusy = true;
		say('');
		tickets();
		const answer = await what();
		isBusy = false;
		tickets();
		return answer;
	}
	$('hold').onclick = () => act(() => map.hold());
	$('release').onclick = () => act(() => map.release());
	$('extend').onclick = () => act(() => map.extend(map.show.max_hold_seconds ?? 1800));
	$('pay').onclick = async () => {
		const answer = await act(() => map.confirm());
		if (answer?.status === 200) say('Paid. The seats are yours: enjoy the show!');
	};
	$('best').onsubmit = (event) => {
		const { count, category } = event.target.elements, best = { count: Number(count.value), ...(category.value && { categories: [category.value] }) };
		event.preventDefault();
		void act(() => map.hold({ best }));
	};
	$('code').onsubmit = (event) => {
		event.preventDefault();
		map.channelKey = event.target.elements.key.value;
	};

	// ---- what the map tells ----

	map.addEventListener('holdfast-select', ({ detail }) => choose(detail));
	map.addEventListener('holdfast-hold', tickets);
	map.addEventListener('holdfast-error', ({ detail }) => say(detail.message ?? detail.detail ?? detail.title));
	map.addEventListener('holdfast-show', ({ detail }) => {
		document.title = document.querySelector('h1').textContent = detail.title ?? show_id;
		$('when').textContent = saleOf(detail);
		const { count, category } = $('best').elements;
		count.max = map.max;
		category.length = 1;
		for (const name of map.categories) add(category, 'option', name, { value: name });
	});
	map.addEventListener('holdfast-answer', ({ detail: { operation, status, ms, ...rest } }) => {
		const item = add($('log'), 'li'), details = add(item, 'details');
		add(details, 'summary', `${operation} ${status} ${rest.reason ?? ''}${ms === undefined ? '' : ` · ${ms} ms`}`, { class: status === 200 ? '' : 'bad' });
		add(details, 'pre', JSON.stringify(rest, null, 1));
		$('log').prepend(item);
		if ($('log').children.length > 30) $('log').lastChild.remove();
	});
	// By the clock of the answer and what has gone by since, never by the device's.
	setInterval(() => {
		const clock = $('clock'), left = map.held ? Math.max(0, map.held.ends - performance.now()) : 0;
		clock.hidden = !map.held;
		if (!map.held) return;
		const seconds = Math.ceil(left / 1000), whole = (map.show.hold_seconds ?? 600) * 1000;
		clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
		clock.style.setProperty('--left', Math.min(1, left / whole));
		clock.classList.toggle('late', seconds <= 60);
	}, 250);
	const wide = matchMedia('(min-width: 900px)');
	const spread = () => { $('more').open = wide.matches; };
	wide.onchange = spread;
	spread();
	tickets();
	void map.check();
}

const show_id = new URLSearchParams(location.search).get('show_id');
if (show_id) openHall(show_id); else void listShows();
