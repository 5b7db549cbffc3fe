// shows.js - the first page of holdfast-gateway --demo: the shows there are. Their texts enter by textContent.
import { saleOf } from '/demo/sale.js';

const add = (parent, name, text, attributes = {}) => {
	const e = document.createElement(name);
	for (const key in attributes) e.setAttribute(key, attributes[key]);
	e.textContent = text;
	parent.append(e);
	return e;
};
const shows = await (await fetch('/demo/shows.json')).json(), list = document.querySelector('main');
if (!shows.length) add(list, 'p', 'There is no show yet: holdfast-admin show create');
for (const show of shows) {
	const a = add(list, 'a', '', { class: 'card', href: '/demo/?show_id=' + encodeURIComponent(show.show_id) });
	add(a, 'h2', show.title ?? show.show_id);
	add(a, 'p', saleOf(show));
	add(a, 'meter', '', { max: show.places || 1, value: show.free, 'aria-label': 'Free places' });
	add(a, 'p', `${show.free} of ${show.places} places free`);
}
