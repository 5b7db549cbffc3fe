// demo.js - the demo of holdfast-gateway --demo: a show's page around its seat map.
// Every text that comes from a show or a seat enters by textContent.
import { make } from '/holdfast-seat-map.js';
import { saleOf } from '/demo/sale.js';

/** @returns {any} */
const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search), show_id = query.get('show_id') ?? '', mode = query.get('mode') ?? 'select';
if (!show_id) location.replace('/');
const map = make($('map'), 'holdfast-seat-map', { 'show-id': show_id, mode });
const say = (text) => { $('message').textContent = text; };
let isBusy = false;

function tickets() {
	const { held, own, selection, areas } = map, isSame = held && map.isHeld, list = $('tickets');
	list.replaceChildren();
	for (const id of selection) {
		const li = make(list, 'li', { class: own.includes(id) ? 'own' : '' }, id);
		make(li, 'button', { 'aria-label': `Leave out seat ${id}` }, '×').onclick = () => { map.selection = selection.filter((other) => other !== id); };
	}
	for (const id in areas) if (areas[id]) make(list, 'li', {}, `${areas[id]} × ${id}`);
	const isChosen = list.firstChild;
	$('hint').hidden = isChosen || held;
	$('hold').textContent = held ? 'Change your hold' : 'Hold these seats';
	$('hold').hidden = isSame || !(isChosen || held) || mode === 'hold';
	$('pay').hidden = !isSame;
	$('extend').hidden = $('release').hidden = !held;
	for (const button of $('buttons').children) button.disabled = isBusy;
}
async function act(what) {
	isBusy = true;
	say('');
	tickets();
	const answer = await what();
	isBusy = false;
	tickets();
	return answer;
}
$('hold').onclick = () => act(map.hold);
$('release').onclick = () => act(map.release);
$('extend').onclick = () => act(() => map.extend(map.show.max_hold_seconds ?? 1800));
$('pay').onclick = async () => {
	const answer = await act(map.confirm);
	if (answer?.ok) say('Paid. The seats are yours: enjoy the show!');
};
const { count, category } = $('best').elements;
$('best').onsubmit = (event) => {
	event.preventDefault();
	act(() => map.hold({ best: { count: Number(count.value), ...(category.value && { categories: [category.value] }) } }));
};
$('code').onsubmit = (event) => {
	event.preventDefault();
	say('');
	map.channelKey = $('code').elements.key.value;
};

// ---- what the map tells ----

const on = (name, act) => map.addEventListener('holdfast-' + name, ({ detail }) => act(detail));
on('select', tickets);
on('hold', tickets);
on('error', ({ message, detail, title }) => say(message ?? detail ?? title));
on('show', (show) => {
	document.title = $('title').textContent = show.title ?? show_id;
	$('when').textContent = saleOf(show);
	count.max = map.max;
	category.length = 1;
	for (const name of map.categories) make(category, 'option', { value: name }, name);
});
on('answer', ({ operation, ok, status, ms, headers, ...rest }) => {
	const list = $('log'), details = make(make(list, 'li'), 'details');
	make(details, 'summary', { class: ok ? '' : 'bad' }, `${operation} ${status} ${rest.reason ?? ''}${ms ? ` · ${ms} ms` : ''}`);
	make(details, 'pre', {}, JSON.stringify(rest, null, 1));
	list.prepend(details.parentNode);
	if (list.children.length > 30) list.lastChild.remove();
});
// By the clock of the answer and what has gone by since, never by the device's.
setInterval(() => {
	const clock = $('clock'), { held, show } = map, seconds = Math.max(0, Math.ceil((held?.ends - performance.now()) / 1000));
	clock.hidden = !held;
	clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
	clock.style.setProperty('--left', Math.min(1, seconds / (show.hold_seconds ?? 600)));
	clock.classList.toggle('late', seconds <= 60);
}, 250);
$('more').open = innerWidth > 899;
tickets();
map.check();
