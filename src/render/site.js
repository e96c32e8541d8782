"use strict";
const filters = ["group", "level", "class", "since"].map((name) => document.getElementById(name));
const text = document.getElementById("text");
const articles = [...document.querySelectorAll("article")];
const places = [...articles, document.getElementById("remedies")];
const words = new Map(articles.map((it) => [it, it.textContent.toLowerCase()]));

function filter() {
  const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const it of articles) {
    const fits =
      filters.every((one) => !one.value || it.dataset[one.id] === one.value) &&
      wanted.every((word) => words.get(it).includes(word));
    it.hidden = !fits;
    count += fits ? 1 : 0;
  }
  document.getElementById("count").value = count;
  document.getElementById("nothing").hidden = count > 0;
}

// A link to a lint opens it, whatever the filters say; so does one to the remedies.
function open() {
  const it = places.find((one) => one.id === decodeURIComponent(location.hash.slice(1)));
  if (it) {
    it.hidden = false;
    it.querySelector("details").open = true;
    it.scrollIntoView();
  }
}

for (const event of ["input", "change"]) {
  document.getElementById("filters").addEventListener(event, filter);
}
document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", open);
open();
