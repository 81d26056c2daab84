/* The check page: banner on top, the table of matters on the left, the map in the rest. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var el = GT.element;

  function chip(sign, extra) {
    var box = el("span", "gt-chip" + (sign.hatched ? " gt-hatched" : "") + (extra || ""));
    box.style.setProperty("--tone", sign.color);
    var icon = el("span", "gt-chip-icon", sign.icon);
    icon.setAttribute("aria-hidden", "true");
    box.appendChild(icon);
    box.appendChild(el("span", "", sign.word));
    return box;
  }

  function bannerOf(data) {
    var box = el("header", "gt-banner");
    box.appendChild(chip(data.banner.sign, " gt-chip-large"));
    var head = el("div", "gt-banner-head"), title = el("h1", "", data.title);
    title.dir = "auto";
    head.appendChild(title);
    if (data.banner.incomplete) { head.appendChild(el("span", "gt-incomplete", data.banner.incomplete)); }
    box.appendChild(head);
    var list = el("dl");
    data.banner.facts.forEach(function (fact) {
      var pair = el("div");
      pair.appendChild(el("dt", "", fact[0]));
      var value = el("dd", "", fact[1]);
      value.dir = "auto";
      pair.appendChild(value);
      list.appendChild(pair);
    });
    box.appendChild(list);
    return box;
  }

  function siteTable(site, words, choose) {
    var section = el("section", "gt-site"), head = el("button", "gt-site-head");
    head.type = "button";
    var name = el("span", "gt-site-name", site.name);
    name.dir = "auto";
    head.appendChild(name);
    head.appendChild(chip(site.sign));
    head.appendChild(el("span", "gt-site-size", site.size));
    head.addEventListener("click", function () { choose(site.id, null); });
    section.appendChild(head);
    var table = el("table"), titles = table.createTHead().insertRow();
    [words.matter, words.conclusion, words.overlap_area + "（" + words.m2 + "）", words.share,
      words.distance + "（" + words.m + "）"].forEach(function (text, at) {
      var cell = el("th", at > 1 ? "gt-number" : "", GT.lang === "en" ? text.replace("（", " (").replace("）", ")") : text);
      cell.scope = "col";
      titles.appendChild(cell);
    });
    site.rows.forEach(function (row) { matter(table.createTBody(), row, words, function () { choose(site.id, row.role); }); });
    section.appendChild(table);
    return section;
  }

  function matter(body, row, words, choose) {
    var first = body.insertRow(), colon = GT.lang === "en" ? ": " : "：";
    first.tabIndex = 0;
    first.appendChild(el("td", "gt-matter", row.title));
    first.insertCell().appendChild(chip(row.sign));
    [row.area, row.share, row.distance].forEach(function (text) { first.appendChild(el("td", "gt-number", text)); });
    var detail = body.insertRow().insertCell();
    detail.colSpan = 5;
    detail.className = "gt-detail";
    var lines = row.reasons.slice();
    if (row.basis.length) { lines.push(words.basis + colon + row.basis.join(GT.lang === "en" ? "; " : "；")); }
    if (row.ask) { lines.push(row.ask); }
    lines.forEach(function (line) {
      var text = el("p", "", line);
      text.dir = "auto";
      detail.appendChild(text);
    });
    body.addEventListener("click", choose);
    first.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(); }
    });
  }

  /* what a row speaks of: its overlaps, else the line to the nearest, else the site itself */
  function pieces(state, siteId, role) {
    var found = { overlap: [], nearest: [], site: [] };
    state.drawn.forEach(function (one) {
      if (!found[one.layer.draw]) { return; }
      (one.layer.draw === "nearest" ? state.lines : one.layer.features).forEach(function (feature) {
        if (feature.i === siteId && (one.layer.draw === "site" || role === null || feature.r === role)) {
          found[one.layer.draw].push(feature);
        }
      });
    });
    if (role === null) { return found.site; }
    return found.overlap.length ? found.overlap : found.nearest.length ? found.nearest : found.site;
  }

  /* only some of the lines to the nearest features are drawn at a time: all of them hide the map */
  function drawLines(state, some) {
    var one = state.nearest;
    if (!one) { return; }
    one.layer.features = some;
    one.refilter();
    state.styled = null;
    state.redraw();
  }

  /* of each site, the lines of the matters that decide it, else the shortest one */
  function firstLines(data, lines) {
    var kept = [];
    data.sites.forEach(function (site) {
      var own = lines.filter(function (line) { return line.i === site.id; });
      var deciding = site.rows.filter(function (row) { return ["prohibited", "restricted", "conditional"].indexOf(row.verdict) >= 0; });
      var some = own.filter(function (line) { return deciding.some(function (row) { return row.role === line.r; }); });
      own.sort(function (a, b) { return a.d - b.d; });
      kept = kept.concat(some.length ? some : own.slice(0, 1));
    });
    return kept;
  }

  function legendWidth(map) {
    var legend = map.getContainer().querySelector(".gt-legend[open]");
    return legend && map.getSize().x > 760 ? legend.offsetWidth : 0;
  }

  function bounded(feature) { return (feature.paths || GT.paths(feature.g)); }

  function show(state, siteId, role) {
    var map = state.map, some = pieces(state, siteId, role);
    if (!some.length) { return false; }
    var lines = state.lines.filter(function (line) { return line.i === siteId && line.r === role; });
    if (role !== null) { drawLines(state, lines); } else { drawLines(state, state.firstLines); }
    var flash = L.featureGroup(some.map(function (feature) {
      var look = { color: "#FFD400", weight: 7, opacity: 0.9, fill: false, interactive: false, pane: "gt-flash" };
      return feature.g[0] === 2 ? L.polygon(bounded(feature), look) : L.polyline(bounded(feature), look);
    }));
    var bounds = flash.getBounds();
    if (role !== null && some[0].r && some.every(function (one) { return one.g[0] === 1; })) {
      pieces(state, siteId, null).forEach(function (site) { bounds.extend(L.polygon(bounded(site)).getBounds()); });
    }
    map.fitBounds(bounds, { paddingTopLeft: [60, 90], paddingBottomRight: [legendWidth(map) + 40, 50], maxZoom: 17, animate: false });
    if (state.flash) { map.removeLayer(state.flash); window.clearTimeout(state.timer); }
    state.flash = flash.addTo(map);
    state.timer = window.setTimeout(function () { map.removeLayer(flash); }, 1800);
    return true;
  }

  function notesOf(data) {
    var notes = el("div", "gt-notes");
    data.notes.forEach(function (note) {
      var line = el("p", "", note);
      line.dir = "auto";
      notes.appendChild(line);
    });
    return notes;
  }

  /* the table of matters, left out where a page around this one shows it */
  function sideOf(data, choose) {
    var aside = el("aside", "gt-table");
    aside.tabIndex = 0;
    data.sites.forEach(function (site) { aside.appendChild(siteTable(site, data.words, choose)); });
    aside.appendChild(notesOf(data));
    return aside;
  }

  GT.startCheck = function (map, data, view) {
    GT.lang = data.lang;
    var box = map.getContainer(), work = el("div", "gt-work"), state = null;
    function choose(id, role) { return show(state, id, role); }
    if (!data.framed) { box.parentNode.insertBefore(bannerOf(data), box); }
    box.parentNode.insertBefore(work, box);
    if (!data.framed) { work.appendChild(sideOf(data, choose)); }
    document.body.classList.toggle("gt-framed", Boolean(data.framed));
    work.appendChild(box);
    map.createPane("gt-flash").style.zIndex = "580";
    state = GT.draw(map, data, { bottom: document.body, switchOpen: false, room: { padding: [20, 20] }, view: view });
    state.nearest = state.drawn.filter(function (one) { return one.layer.draw === "nearest"; })[0];
    state.lines = state.nearest ? state.nearest.layer.features : [];
    state.firstLines = firstLines(data, state.lines);
    state.whole = function () { if (state.nearest) { state.nearest.layer.features = state.lines; } };
    drawLines(state, state.firstLines);
    GT.checkMap = {
      show: choose,
      draw: function (finished) { return GT.drawOutline(state, finished); },
      sites: data.sites.length
    };
    document.documentElement.dataset.ready = "yes";
  };
})();
