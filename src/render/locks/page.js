"use strict";
const report = JSON.parse(document.getElementById("data").textContent);
const PAGE = 200;
const numbers = new Map(report.maps.map((it, n) => [it, n]));
const by = (id) => document.getElementById(id);

// What would order letters otherwise than they stand, or is not seen at all, is shown by a sign, as in the terminal.
const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const sign = (it) => (it < " " ? String.fromCharCode(0x2400 + it.charCodeAt(0)) : it === "\x7f" ? "\u2421" : "\ufffd");
const visible = (it) => (typeof it === "string" ? it.replace(UNSEEN, sign) : it);

// Makes an element. Text is text: nothing of the analysed code is ever read as markup.
function make(name, className, ...children) {
  const it = document.createElement(name);
  if (className) it.className = className;
  it.append(...children.map(visible));
  return it;
}

// Rust, as far as colours need it.
const TOKENS = new RegExp(
  [
    String.raw`(?<c>\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))`,
    String.raw`(?<s>b?r(#*)"[^]*?"\3|[bc]?"(?:\\[^]|[^"\\])*"|b?'(?:\\(?:u\{[^}]*\}|x..|.)|[^'\\\n])')`,
    String.raw`(?<l>'[a-z_]\w*)`,
    String.raw`(?<k>\b(?:as|async|await|break|const|continue|crate|dyn|else|enum|extern|false|fn|for|if|impl|in|let|loop|match|mod|move|mut|pub|ref|return|self|Self|static|struct|super|trait|true|type|union|unsafe|use|where|while|yield)\b)`,
    String.raw`(?<t>\b[A-Z]\w*)`,
    String.raw`\w+|[^]`,
  ].join("|"),
  "g"
);

// Lines of source as lists of nodes; the lines follow each other.
function highlighted(lines) {
  const out = [[]];
  for (const token of lines.join("\n").matchAll(TOKENS)) {
    const { c, s, k, t } = token.groups;
    const kind = c !== undefined ? "c" : s !== undefined ? "s" : k !== undefined ? "k" : t !== undefined ? "t" : "";
    token[0].split("\n").forEach((part, n) => {
      if (n > 0) out.push([]);
      if (part) out[out.length - 1].push(kind ? make("span", kind, part) : part);
    });
  }
  return out;
}

// The lanes of a row: a bar for each guard that is held on the line. `below`: rows of the line stand above; `above`: below.
function lanes(lives, path, line, below, above) {
  return lives.map((life) => {
    const on = (at) => life.at.path === path && life.bars.find((bar) => bar.from <= at && at <= bar.to);
    const bar = on(line);
    const names = ["lane"];
    if (bar) {
      names.push("on", life.mode);
      if (!bar.surely) names.push("maybe");
      if (!on(line - 1) && !below) names.push("first");
      if (!on(line + 1) && !above) names.push("last");
    }
    return make("span", names.join(" "));
  });
}

// Source lines with the lives of guards beside them and marks under them.
function figure(excerpts, lives, marks) {
  const all = make("div", "drawing");
  for (const { path, ranges } of excerpts) {
    const source = report.sources[path] || {};
    const box = make("div", "figure", make("div", "file", path));
    ranges.forEach(([from, to], n) => {
      if (n > 0) box.append(make("div", "row gap", make("span", "no", "⋮"), ...lanes(lives, path, from - 1, true, true)));
      const texts = [];
      for (let line = from; line <= to; line++) texts.push((source[line] || "").replaceAll("\t", "    "));
      highlighted(texts).forEach((nodes, at) => {
        const line = from + at;
        const here = marks.filter((it) => it.path === path && it.line === line);
        const row = make("div", "row", make("span", "no", String(line)), ...lanes(lives, path, line, false, here.length > 0));
        row.append(make("code", "text", ...nodes));
        box.append(row);
        here.sort((a, b) => a.column - b.column);
        here.forEach((mark, nth) => {
          // As wide as the text above it, whatever letters that has.
          const before = make("span", "before", [...(source[line] || "")].slice(0, mark.column - 1).join("").replaceAll("\t", "    "));
          before.ariaHidden = "true";
          box.append(
            make(
              "div",
              mark.hazard ? "row mark hazard" : "row mark",
              make("span", "no"),
              ...lanes(lives, path, line, true, nth + 1 < here.length),
              before,
              make("span", "text", "╰ " + mark.words)
            )
          );
        });
      });
    });
    all.append(box);
  }
  return all;
}

const place = (at) => `${at.path}:${at.line}`;
const counted = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

// A part that is made when it is opened.
function folded(summary, fill) {
  const details = make("details", "", make("summary", "", ...summary));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(make("div", "inner", ...fill()));
  });
  return details;
}

const badge = (words, kind) => make("span", kind ? `badge ${kind}` : "badge", words);

function listed(items) {
  return make("ul", "", ...items.map((it) => make("li", "", it)));
}

function link(id, words) {
  const it = make("a", "", words);
  it.href = `#${id}`;
  return it;
}

// Things after each other, with words between them.
const joined = (items, between) => items.flatMap((it, n) => (n > 0 ? [between, it] : [it]));

function lifeWords(life) {
  const who = life.guard ? `${life.guard}, a guard` : "a guard";
  return `${who} of ${life.lock} for ${life.mode === "write" ? "writing" : "reading"}: ${life.why}`;
}

function lifeView(n) {
  const life = report.lives[n];
  const taken = { ...life.at, kind: "take", words: "the guard is taken here" };
  const hazards = life.under.filter((it) => it.hazard).length;
  const summary = [
    make("span", "title", life.function),
    badge(life.mode),
    badge(counted(life.lines, "line")),
    badge(`${life.under.length} under it`),
  ];
  if (hazards) summary.push(badge(counted(hazards, "hazard"), "deny"));
  summary.push(make("span", "where", place(life.at)));
  return folded(summary, () => [
    make("p", "faint", lifeWords(life)),
    figure([life.excerpt], [life], [taken, ...life.under]),
  ]);
}

const insideWords = (map) =>
  map.inside.length ? `${map.inside[0]}${map.inside.length > 1 ? " and others" : ""} inside` : "";

// A finding in one line that leads to it; one of no id has no place to lead to.
function findingLine(it) {
  const words = `${it.lint}: ${it.message}`;
  return make("p", "", it.id ? link(`f-${it.id}`, words) : words, " ", make("span", "faint", it.at ? place(it.at) : ""));
}

function mapView(map) {
  const article = make("article", "");
  article.id = `map-${numbers.get(map)}`;
  const longest = map.lives.length ? report.lives[map.lives[0]].lines : 0;
  const summary = [
    make("span", "title", map.name),
    badge(counted(map.reads, "read")),
    badge(counted(map.writes, "write")),
    badge(counted(map.iterates, "iteration")),
    badge(longest ? `${counted(map.lives.length, "guard")}, longest ${counted(longest, "line")}` : "no guard"),
    make("span", "where", [map.type, insideWords(map), place(map.at)].filter(Boolean).join(" · ")),
  ];
  article.append(
    folded(summary, () => {
      const about = report.findings.filter((it) => it.maps.includes(numbers.get(map)));
      const facts = [["path", map.path], ["package", map.package], ["owners", map.owners.join(", ") || "no field of another type"]];
      if (map.variable) facts[2] = ["owners", "a variable of the function"];
      if (map.inside.length) facts.push(["maps inside", map.inside.join(", ")]);
      const rows = facts.map(([name, words]) => make("tr", "", make("th", "", name), make("td", "", words)));
      const sites = folded([counted(map.sites.length, "place") + " that use it"], () => [
        listed(map.sites.map((it) => `${it.kind} ${place(it)}`)),
      ]);
      const lives = map.lives.length
        ? [make("h3", "", "Lives of its guards, longest first"), ...some(map.lives.map((n) => () => lifeView(n)))]
        : [make("p", "faint", "No guard of it lives longer than a call.")];
      const told = about.length
        ? folded([counted(about.length, "finding") + " about it"], () => some(about.map((it) => () => findingLine(it))))
        : make("p", "faint", "No finding is about it.");
      return [make("table", "", make("tbody", "", ...rows)), sites, told, ...lives];
    })
  );
  return article;
}

// The first of a long list, and a button for the others.
function some(makers) {
  const first = makers.slice(0, 20).map((it) => it());
  const rest = makers.slice(20);
  if (rest.length) {
    const more = make("button", "", `Show ${rest.length} more`);
    more.type = "button";
    more.addEventListener("click", () => more.replaceWith(...some(rest)));
    first.push(more);
  }
  return first;
}

function findingView(finding) {
  const article = make("article", "");
  if (finding.id) article.id = `f-${finding.id}`;
  const summary = [
    make("span", "title", finding.message),
    badge(finding.lint, finding.level),
    ...(finding.certainty === "possible" ? [badge("possible")] : []),
    ...(finding.silenced ? [badge(finding.silenced)] : []),
    make("span", "where", [finding.at && place(finding.at), finding.item].filter(Boolean).join(" · ")),
  ];
  article.append(
    folded(summary, () => {
      const lives = finding.lives.map((n) => report.lives[n]);
      const parts = [figure(finding.excerpts, lives, finding.marks)];
      if (lives.length) parts.push(listed(lives.map(lifeWords)));
      for (const [what, lines] of [["note", finding.notes], ["help", finding.helps]]) {
        // Why a guard lives stands with the guard.
        for (const words of lines.filter((it) => !lives.some((life) => life.why === it))) parts.push(make("p", "", make("b", "", `${what}: `), words));
      }
      const about = finding.maps.map((n) => link(`map-${n}`, report.maps[n].name));
      if (about.length) parts.push(make("p", "", make("b", "", about.length > 1 ? "maps: " : "map: "), ...joined(about, ", ")));
      if (finding.cycle !== null) parts.push(make("p", "", make("b", "", "order of locks: "), link(`cycle-${finding.cycle}`, cycleWords(finding.cycle))));
      const id = make("p", "faint", "id: ", make("code", "", finding.id));
      if (finding.id) parts.push(id);
      return parts;
    })
  );
  return article;
}

// A list of which as much is made as is looked at.
class List {
  constructor(id, items, view, words) {
    Object.assign(this, { id, items, view, words: items.map((it) => words(it).toLowerCase()) });
    by(`${id}-more`).addEventListener("click", () => this.more());
  }

  show(fits) {
    this.found = this.items.filter((it, n) => fits(it, this.words[n]));
    by(`${this.id}-list`).replaceChildren();
    by(`${this.id}-count`).value = `${this.found.length}${this.found.length < this.items.length ? ` of ${this.items.length}` : ""}`;
    by(`${this.id}-nothing`).hidden = this.found.length > 0;
    this.shown = 0;
    this.more();
  }

  more() {
    const next = this.found.slice(this.shown, this.shown + PAGE);
    by(`${this.id}-list`).append(...next.map((it) => this.view(it)));
    this.shown += next.length;
    by(`${this.id}-more`).hidden = this.shown >= this.found.length;
  }
}

const mapWords = (map) => [map.name, map.path, map.type, map.at.path, ...map.inside, ...map.owners].join(" ");
const findingWords = (it) =>
  [it.message, it.item, it.lint, it.id, it.at && place(it.at), ...it.maps.map((n) => report.maps[n].path), ...it.lives.map((n) => report.lives[n].lock)].join(" ");
// What is used most comes first.
const byUse = [...report.maps].sort((a, b) => b.sites.length - a.sites.length);
const maps = new List("maps", byUse, mapView, mapWords);
const findings = new List("findings", report.findings, findingView, findingWords);

// The locks of the graph that findings of a lint are about: by the map, by the guard that is held, by the cycle.
const heldLocks = new Map();
for (const site of [...report.order.edges.flatMap((it) => it.sites), ...report.order.cycles.flatMap((it) => it.paths)]) heldLocks.set(site.life, site.from);
function locksOf(finding) {
  const byMap = report.order.locks.flatMap((lock, n) => (lock.map !== null && finding.maps.includes(lock.map) ? [n] : []));
  const byLife = finding.lives.filter((n) => heldLocks.has(n)).map((n) => heldLocks.get(n));
  const byCycle = finding.cycle === null ? [] : report.order.cycles[finding.cycle].paths.flatMap((it) => [it.from, it.to]);
  return [...byMap, ...byLife, ...byCycle];
}

// What the lists show now. A field that is left tells of a change once more: what a link has opened since must not go.
let filtered = null;
function filter() {
  const values = ["text", "crate", "lint", "map"].map((id) => by(id).value).join("\n");
  if (values === filtered) return;
  filtered = values;
  const wanted = by("text").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [krate, lint] = [by("crate").value, by("lint").value];
  const map = by("map").value === "" ? null : Number(by("map").value);
  const says = (words) => wanted.every((word) => words.includes(word));
  // With a lint only the maps and locks of its findings are of interest.
  const ofLint = report.findings.filter((it) => it.lint === lint);
  const lintMaps = new Set(ofLint.flatMap((it) => it.maps));
  const lintLocks = new Set(ofLint.flatMap(locksOf));
  const inCrate = (it) => !krate || it.package === krate;
  maps.show((it, words) => inCrate(it) && says(words) && (!lint || lintMaps.has(numbers.get(it))) && (map === null || numbers.get(it) === map));
  findings.show((it, words) => inCrate(it) && says(words) && (!lint || it.lint === lint) && (map === null || it.maps.includes(map)));
  const fits = report.order.locks.map(
    (it, n) => inCrate(it) && says(`${it.path} ${it.name}`.toLowerCase()) && (!lint || lintLocks.has(n)) && (map === null || it.map === map)
  );
  for (const node of document.querySelectorAll(".node")) node.classList.toggle("dim", !fits[node.dataset.lock]);
  for (const it of document.querySelectorAll(".edge")) {
    const { from, to } = report.order.edges[it.dataset.edge];
    it.classList.toggle("dim", !fits[from] && !fits[to]);
  }
}

const lockName = (n) => report.order.locks[n].name;

// The locks of a cycle in the order in which they are taken, back to the first.
function cycleWords(n) {
  const { paths } = report.order.cycles[n];
  return [...paths.map((it) => it.from), paths[0].from].map(lockName).join(" → ");
}

// A place at which a lock is taken while another is held, drawn.
function pathView(site, which) {
  const life = report.lives[site.life];
  const taken = { ...life.at, kind: "take", words: `\`${lockName(site.from)}\` is locked here` };
  return make(
    "div",
    "path",
    make("h3", "", `${which}: ${lockName(site.to)} is taken while ${lockName(site.from)} is held`),
    make("p", "faint", `in ${life.function}${site.surely ? "" : ", on some path"}`),
    figure(site.excerpts, [life], [taken, ...site.way])
  );
}

// The paths of a cycle, and the findings about it.
function cycleView(n) {
  const { paths } = report.order.cycles[n];
  const told = report.findings.filter((it) => it.cycle === n).map(findingLine);
  return [make("p", "cycle-name", cycleWords(n)), ...told, ...paths.map((site, at) => pathView(site, `Path ${at + 1} of ${paths.length}`))];
}

// Shows what arrows stand for under the graph, and leads there.
function showPaths(parts, arrows) {
  by("paths").replaceChildren(...parts);
  for (const it of document.querySelectorAll(".edge")) {
    const { from, to } = report.order.edges[it.dataset.edge];
    it.classList.toggle("chosen", arrows.includes(`${from} ${to}`));
  }
  // No farther than needed: the graph stays in sight where there is room for both.
  by("paths").scrollIntoView({ block: "nearest" });
}

const arrowsOf = (cycle) => report.order.cycles[cycle].paths.map((it) => `${it.from} ${it.to}`);

function openCycle(n) {
  showPaths(cycleView(n), arrowsOf(n));
  bringIn(document.querySelector(".edge.chosen"));
}

// What an arrow stands for: the paths of its cycles, or its places.
function openEdge(element) {
  const edge = report.order.edges[element.dataset.edge];
  if (edge.cycles.length) return showPaths(edge.cycles.flatMap(cycleView), edge.cycles.flatMap(arrowsOf));
  const places = edge.sites.map((site, n) => () => pathView(site, `Place ${n + 1} of ${edge.sites.length}`));
  showPaths(some(places), [`${edge.from} ${edge.to}`]);
}

// Scrolls the graph's box, and nothing else, so that an arrow is in its middle; of one that is too long, so that its start is there.
function bringIn(arrow) {
  const graph = document.querySelector(".graph");
  if (!arrow || !graph) return;
  const [at, box] = [arrow.getBoundingClientRect(), graph.getBoundingClientRect()];
  const off = (start, size, boxStart, boxSize) => start - boxStart - (size < boxSize ? (boxSize - size) / 2 : boxSize / 8);
  graph.scrollLeft += off(at.left, at.width, box.left, box.width);
  graph.scrollTop += off(at.top, at.height, box.top, box.height);
}

function fit() {
  const graph = document.querySelector(".graph");
  by("fit").setAttribute("aria-pressed", String(graph.classList.toggle("fitted")));
  bringIn(document.querySelector(".edge.chosen") || document.querySelector(".edge.cycle"));
}

// Opens a thing of a list, whatever the filters say.
function openIn(list, id, view) {
  let article = by(id);
  if (!article) {
    article = view();
    by(`${list}-list`).prepend(article);
  }
  article.querySelector("details").open = true;
  article.scrollIntoView();
}

// A link leads to a finding, a map or a cycle, and opens it.
function follow() {
  const id = decodeURIComponent(location.hash.slice(1));
  const [kind, name] = [id.split("-", 1)[0], id.slice(id.indexOf("-") + 1)];
  const finding = kind === "f" && report.findings.find((it) => it.id === name);
  const map = kind === "map" && report.maps[name];
  const cycle = kind === "cycle" && report.order.cycles[name];
  if (finding) openIn("findings", id, () => findingView(finding));
  if (map) openIn("maps", id, () => mapView(map));
  if (cycle) openCycle(Number(name));
  return Boolean(finding || map || cycle);
}

for (const event of ["input", "change"]) by("filters").addEventListener(event, filter);
by("filters").addEventListener("submit", (event) => event.preventDefault());
for (const it of document.querySelectorAll(".edge")) {
  it.addEventListener("click", () => openEdge(it));
  it.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      openEdge(it);
    }
  });
}
for (const it of document.querySelectorAll("[data-cycle]")) it.addEventListener("click", () => openCycle(Number(it.dataset.cycle)));
addEventListener("hashchange", follow);
// A link to where the address leads already changes no hash.
addEventListener("click", (event) => {
  const to = event.target.closest("a[href^='#']");
  if (to && to.hash === location.hash && follow()) event.preventDefault();
});
const graph = document.querySelector(".graph");
if (graph) {
  by("fit").hidden = graph.scrollWidth <= graph.clientWidth;
  by("fit").addEventListener("click", fit);
}
filter();
bringIn(document.querySelector(".edge.cycle"));
follow();
