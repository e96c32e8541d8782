"use strict";
const report = JSON.parse(document.getElementById("data").textContent);
const PAGE = 200;
const HAZARDS = ["relock", "await", "block", "callback", "here"];
// An await is no hazard under the guard of an async lock.
const isHazard = (kind, lives) =>
  HAZARDS.includes(kind) && !(kind === "await" && lives.length > 0 && lives.every((it) => it.waits === "task"));
const by = (id) => document.getElementById(id);

// Makes an element. Text is text: nothing of the analysed code is ever read as markup.
function make(name, className, ...children) {
  const it = document.createElement(name);
  if (className) it.className = className;
  it.append(...children);
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
          const before = (source[line] || "").slice(0, mark.column - 1).replaceAll("\t", "    ").length;
          const hazard = isHazard(mark.kind, lives.filter((it) => it.at.path === path));
          box.append(
            make(
              "div",
              hazard ? "row mark hazard" : "row mark",
              make("span", "no"),
              ...lanes(lives, path, line, true, nth + 1 < here.length),
              make("span", "text", " ".repeat(before) + "╰ " + mark.words)
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

function lifeWords(life) {
  const who = life.guard ? `${life.guard}, a guard` : "a guard";
  return `${who} of ${life.lock} for ${life.mode === "write" ? "writing" : "reading"}: ${life.why}`;
}

function lifeView(n) {
  const life = report.lives[n];
  const taken = { ...life.at, kind: "take", words: "the guard is taken here" };
  const hazards = life.under.filter((it) => isHazard(it.kind, [life])).length;
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

function mapView(map) {
  const article = make("article", "");
  const longest = map.lives.length ? report.lives[map.lives[0]].lines : 0;
  const summary = [
    make("span", "title", map.name),
    badge(counted(map.reads, "read")),
    badge(counted(map.writes, "write")),
    badge(counted(map.iterates, "iteration")),
    badge(longest ? `${counted(map.lives.length, "guard")}, longest ${counted(longest, "line")}` : "no guard"),
    make("span", "where", `${map.type} · ${place(map.at)}`),
  ];
  article.append(
    folded(summary, () => {
      const facts = [["path", map.path], ["package", map.package], ["owners", map.owners.join(", ") || "no field of another type"]];
      if (map.variable) facts[2] = ["owners", "a variable of the function"];
      const rows = facts.map(([name, words]) => make("tr", "", make("th", "", name), make("td", "", words)));
      const sites = folded([counted(map.sites.length, "place") + " that use it"], () => [
        listed(map.sites.map((it) => `${it.kind} ${place(it)}`)),
      ]);
      const lives = map.lives.length
        ? [make("h3", "", "Lives of its guards, longest first"), ...some(map.lives.map((n) => () => lifeView(n)))]
        : [make("p", "faint", "No guard of it lives longer than a call.")];
      return [make("table", "", make("tbody", "", ...rows)), sites, ...lives];
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

const mapWords = (map) => [map.name, map.path, map.type, map.at.path, ...map.owners].join(" ");
const findingWords = (it) =>
  [it.message, it.item, it.lint, it.id, it.at && place(it.at), ...it.maps.map((n) => report.maps[n].path), ...it.lives.map((n) => report.lives[n].lock)].join(" ");
const maps = new List("maps", report.maps, mapView, mapWords);
const findings = new List("findings", report.findings, findingView, findingWords);

function filter() {
  const wanted = by("text").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [krate, lint] = [by("crate").value, by("lint").value];
  const says = (words) => wanted.every((word) => words.includes(word));
  // With a lint only the maps of its findings are of interest.
  const ofLint = new Set(report.findings.filter((it) => it.lint === lint).flatMap((it) => it.maps));
  const numbers = new Map(report.maps.map((it, n) => [it, n]));
  const inCrate = (it) => !krate || it.package === krate;
  maps.show((it, words) => inCrate(it) && says(words) && (!lint || ofLint.has(numbers.get(it))));
  findings.show((it, words) => inCrate(it) && says(words) && (!lint || it.lint === lint));
  for (const node of document.querySelectorAll(".node")) {
    const lock = report.order.locks[node.dataset.lock];
    node.classList.toggle("dim", wanted.length > 0 && !says(`${lock.path} ${lock.name}`.toLowerCase()));
  }
}

// What an arrow stands for: the paths of its cycle, or its places.
function openEdge(element) {
  const edge = report.order.edges[element.dataset.edge];
  const name = (n) => report.order.locks[n].name;
  const parts = [];
  const path = (site, n) => {
    const life = report.lives[site.life];
    const taken = { ...life.at, kind: "take", words: `\`${name(site.from)}\` is locked here` };
    const way = site.way.map((it, at) => (at === site.way.length - 1 ? { ...it, kind: "here" } : it));
    return make(
      "div",
      "path",
      make("h3", "", `${n}: ${name(site.to)} is taken while ${name(site.from)} is held`),
      make("p", "faint", `in ${life.function}${site.surely ? "" : ", on some path"}`),
      figure(site.excerpts, [life], [taken, ...way])
    );
  };
  const cycles = edge.cycles.map((n) => report.order.cycles[n]);
  cycles.forEach((cycle, n) => {
    if (cycles.length > 1) parts.push(make("p", "", `Cycle ${n + 1} of ${cycles.length} over this arrow`));
    parts.push(...cycle.paths.map((site, at) => path(site, `Path ${at + 1} of ${cycle.paths.length}`)));
  });
  if (!cycles.length) parts.push(...some(edge.sites.map((site, n) => () => path(site, `Place ${n + 1} of ${edge.sites.length}`))));
  by("paths").replaceChildren(...parts);
  document.querySelectorAll(".edge.chosen").forEach((it) => it.classList.remove("chosen"));
  const chosen = cycles.length ? cycles.flatMap((it) => it.paths.map((site) => `${site.from} ${site.to}`)) : [`${edge.from} ${edge.to}`];
  for (const it of document.querySelectorAll(".edge")) {
    const { from, to } = report.order.edges[it.dataset.edge];
    it.classList.toggle("chosen", chosen.includes(`${from} ${to}`));
  }
}

// A link to a finding opens it, whatever the filters say.
function follow() {
  const id = decodeURIComponent(location.hash.slice(1));
  const finding = id.startsWith("f-") && report.findings.find((it) => `f-${it.id}` === id);
  if (!finding) return;
  let article = by(id);
  if (!article) {
    article = findingView(finding);
    by("findings-list").prepend(article);
  }
  article.querySelector("details").open = true;
  article.scrollIntoView();
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
addEventListener("hashchange", follow);
filter();
follow();
