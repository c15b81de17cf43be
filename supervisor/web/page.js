"use strict";
// What clients have sent is only ever put in as text: no markup is made from it.

const EVERY_MS = 1000;
const PER_SECOND = 4; // units of the drawing's width
const HEIGHT = 118;

const at = (id) => document.getElementById(id);

function element(name, text, className) {
	const e = document.createElement(name);
	if (text !== undefined)
		e.textContent = text;
	if (className)
		e.className = className;
	return e;
}

// Half a character of a pair, control characters and what changes the direction of text are shown as numbers.
function visible(text) {
	return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
		(c) => "\\u{" + c.codePointAt(0).toString(16) + "}");
}

function age(seconds) {
	if (seconds < 60)
		return seconds + " s";
	return seconds < 3600 ? Math.floor(seconds / 60) + " min" : Math.floor(seconds / 3600) + " h";
}

function bytes(n) {
	const units = ["B", "KiB", "MiB", "GiB", "TiB"];
	let i = 0;
	for (; n >= 1024 && i < units.length - 1; i++)
		n /= 1024;
	return (i === 0 ? n : n.toFixed(1)) + " " + units[i];
}

function bars(heights, floors, scale) {
	return heights.map((n, i) => n === 0 ? "" :
		`M${i * PER_SECOND} ${HEIGHT + 1 - floors[i] * scale}v${-n * scale}h${PER_SECOND - 1}v${n * scale}z`).join("");
}

function draw(seconds) {
	const allowed = seconds.map((s) => s[1]), denied = seconds.map((s) => s[0] + s[2]);
	const most = Math.max(1, ...allowed.map((n, i) => n + denied[i]));
	const sum = (list) => list.reduce((a, b) => a + b, 0);

	at("bars-allow").setAttribute("d", bars(allowed, allowed.map(() => 0), HEIGHT / most));
	at("bars-deny").setAttribute("d", bars(denied, allowed, HEIGHT / most));
	at("peak").textContent = sum(allowed) + sum(denied) > 0 ? "(at most " + most + " a second)" : "";
	at("chart-text").textContent = sum(allowed) + " allowed and " + sum(denied) +
		" denied in the last 3 minutes, at most " + most + " a second.";
	at("allowed").textContent = sum(allowed);
	at("denied").textContent = sum(denied);
	at("denied").parentElement.classList.toggle("some", sum(denied) > 0);
}

// Rows that stay the same keep their elements, so that what is selected or has the focus stays.
function fill(id, list, make) {
	const parent = at(id), known = new Map();
	for (const e of parent.children)
		known.set(e.dataset.key, e);
	const next = list.map((item) => {
		const key = JSON.stringify(item);
		const e = known.get(key) || make(item);
		known.delete(key);
		e.dataset.key = key;
		return e;
	});
	for (const e of known.values())
		e.remove();
	next.forEach((e, i) => {
		if (parent.children[i] !== e)
			parent.insertBefore(e, parent.children[i] || null);
	});
}

function tableRow(cells) {
	const row = element("tr");
	for (const cell of cells)
		row.append(typeof cell === "object" ? cell : element("td", cell));
	return row;
}

function showRow(r) {
	const denied = r.deny + r["would-deny"];
	return tableRow([visible(r.client), r.method, r.endpoint, String(r.allow),
		element("td", String(denied), denied > 0 ? "deny-text" : ""),
		(r.reply_us / 1000).toFixed(1) + " ms", age(r.seconds_ago) + " ago"]);
}

function showStream(s) {
	return tableRow([visible(s.client), visible(s.method), visible(s.path), age(s.seconds),
		bytes(s.bytes_in), bytes(s.bytes_out)]);
}

async function copy(text, button) {
	try {
		await navigator.clipboard.writeText(text);
		button.textContent = "Copied";
	} catch {
		getSelection().selectAllChildren(button.previousElementSibling);
		button.textContent = "Selected";
	}
	setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

function showDenial(d) {
	const item = element("li"), what = element("p"), method = element("code", visible(d.method), "deny-text");
	what.append(method, " ", element("code", visible(d.path)));
	item.append(what, element("p", new Date(d.time * 1000).toLocaleTimeString() + " · " + visible(d.client) +
		" · " + (d.verdict === "would-deny" ? "forwarded all the same" : d.status) + " · " + visible(d.reason) +
		(d.rule ? " · " + visible(d.rule) : ""), "why"));
	if (d.suggestion) {
		const line = element("div", undefined, "rule"), button = element("button", "Copy");
		button.type = "button";
		button.setAttribute("aria-label", "Copy the rule " + visible(d.suggestion));
		button.addEventListener("click", () => copy(d.suggestion, button));
		line.append(element("code", visible(d.suggestion)), button);
		item.append(line);
	}
	return item;
}

function show(stats) {
	at("version").textContent = stats.cetusguard;
	at("observing").hidden = stats.enforced;
	at("connections").textContent = stats.connections;
	at("n-streams").textContent = stats.n_streams;
	at("waiting").textContent = stats.waiting;
	at("rules").textContent = stats.rules;
	draw(stats.seconds);
	stats.rows.sort((a, b) => a.seconds_ago - b.seconds_ago ||
		(a.client + a.endpoint + a.method < b.client + b.endpoint + b.method ? -1 : 1));
	fill("rows", stats.rows, showRow);
	fill("streams", stats.streams, showStream);
	fill("denials", stats.denials, showDenial);
	fill("frontends", stats.frontends, (f) => { const e = element("li"); e.append(element("code", visible(f))); return e; });
	for (const id of ["rows", "streams"])
		at(id + "-table").hidden = stats[id].length === 0;
	for (const id of ["rows", "streams", "denials"])
		at("no-" + id).hidden = stats[id].length > 0;
}

// Said only when it changes, for who listens to the page.
function say(text, isGone) {
	if (at("state").textContent !== text)
		at("state").textContent = text;
	at("state").classList.toggle("gone", isGone);
}

async function ask() {
	try {
		const reply = await fetch("stats", { signal: AbortSignal.timeout(5000), cache: "no-store" });
		if (!reply.ok)
			throw new Error(reply.status);
		show(await reply.json());
		say("Live, each second", false);
	} catch {
		say("The guard does not answer. What is below is the last that is known; asking again.", true);
	}
	setTimeout(ask, EVERY_MS);
}

ask();
