const box = document.getElementById('filter'), none = document.getElementById('none');
const chips = [...document.querySelectorAll('button[data-kind]')];
function show() {
	const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
	const kinds = chips.filter(c => c.ariaPressed === 'true').map(c => c.dataset.kind);
	let left = 0;
	for (const e of document.querySelectorAll('[data-text]')) {
		const text = e.dataset.text.toLowerCase();
		e.hidden = !words.every(w => text.includes(w)) || (kinds.length > 0 && !kinds.includes(e.dataset.kind));
		left += !e.hidden && e.tagName !== 'a';
	}
	none.hidden = left > 0;
}
box.addEventListener('input', show);
for (const c of chips)
	c.addEventListener('click', () => { c.ariaPressed = c.ariaPressed === 'true' ? 'false' : 'true'; show(); });
document.getElementById('fold').addEventListener('click', () => {
	const all = [...document.querySelectorAll('details')], open = all.some(d => !d.open);
	for (const d of all) d.open = open;
});
document.getElementById('theme').addEventListener('click', () => {
	const root = document.documentElement, dark = matchMedia('(prefers-color-scheme: dark)').matches;
	root.dataset.theme = (root.dataset.theme || (dark ? 'dark' : 'light')) === 'dark' ? 'light' : 'dark';
});
function follow() {
	const e = location.hash && document.getElementById(location.hash.slice(1));
	if (e && e.tagName === 'DETAILS') e.open = true;
}
addEventListener('hashchange', follow);
follow();
