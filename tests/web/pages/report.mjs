// report.mjs - the report of a story as the audit writes it, put together of the files of web/.
//
//   const url = reportFile(story, 'name')      a file:// of it, in a folder that goes with the program
//   node report.mjs STORY.json >page.html
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { servedOf } from './mock.mjs';

/** As audit/page/page.c puts it together: title, data (any value) and body (HTML), where the page has them. */
export function pageOf(name, { title = '', data = null, body = '' }) {
	const scripts = (...names) => names.map((file) => `<script type="module">\n${servedOf(file)}</script>\n`).join('');
	const parts = { title: title.replace(/&/g, '&amp;').replace(/</g, '&lt;'), style: servedOf('report.css'), data: JSON.stringify(data).replace(/</g, '\\u003c'), body };
	const script = { scripts: () => scripts('holdfast-seat-map.js', 'plot.js', `${name}.js`), plot: () => scripts('plot.js', `${name}.js`) };
	return servedOf(`${name}.html`).replace(/\{\{(\w+)\}\}/g, (_, part) => script[part]?.() ?? parts[part]);
}
export const reportOf = (story) => pageOf('report', { title: story.show.id, data: { ...story, plain: undefined } });

let folder = '';
export function pageFile(html, name) {
	if (!folder) {
		folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'));
		process.on('exit', () => rmSync(folder, { recursive: true }));
	}
	const path = join(folder, `${name}.html`);
	writeFileSync(path, html);
	return pathToFileURL(path).href;
}
export const reportFile = (story, name = 'report') => pageFile(reportOf(story), name);

if (process.argv[1] === new URL(import.meta.url).pathname) process.stdout.write(reportOf(JSON.parse(readFileSync(process.argv[2], 'utf8'))));
