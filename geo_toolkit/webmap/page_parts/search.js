/* Search by name, Chinese or English, whatever language the page is in; the map goes to what is chosen. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var el = GT.element;
  var MOST = 40;

  function plain(text) { return String(text || "").toLowerCase().replace(/[\s·•・()（）,，、-]+/g, ""); }

  function entries(state) {
    if (state.names) { return state.names; }
    var seen = {}, list = [];
    state.drawn.forEach(function (one) {
      one.layer.features.forEach(function (feature) {
        var other = feature.o && feature.o.n, key = one.layer.id + "/" + (feature.g[0] === 0 ? feature.u : "") + "/" + feature.n;
        if ((!feature.n && !other) || seen[key]) { return; }
        seen[key] = true;
        list.push({ name: feature.n, other: other || "", layer: one.layer, feature: feature, key: plain(feature.n) + "\n" + plain(other) });
      });
    });
    state.names = list;
    return list;
  }

  function found(state, text) {
    var wanted = plain(text);
    if (!wanted) { return []; }
    return entries(state).filter(function (entry) { return entry.key.indexOf(wanted) >= 0; }).sort(function (a, b) {
      return rank(a, wanted) - rank(b, wanted) || a.layer.rank - b.layer.rank || a.name.length - b.name.length;
    }).slice(0, MOST);
  }

  function rank(entry, wanted) { return entry.key === wanted || entry.key.indexOf(wanted) === 0 || entry.key.indexOf("\n" + wanted) >= 0 ? 0 : 1; }

  function boundsOf(feature) {
    var paths = GT.paths(feature.g), bounds = L.latLngBounds([]);
    (function add(part) { if (typeof part[0] === "number") { bounds.extend(part); } else { part.forEach(add); } })(paths);
    return bounds;
  }

  function go(state, entry) {
    if (!entry.layer.on) { state.setOn(entry.layer.id, true); }
    var bounds = boundsOf(entry.feature), map = state.map, zoom = Math.max(entry.layer.labelZoom < 90 ? entry.layer.labelZoom : 0, entry.layer.zoom, 12);
    if (bounds.getNorthEast().equals(bounds.getSouthWest())) { map.setView(bounds.getCenter(), zoom, { animate: false }); } else {
      map.fitBounds(bounds, { padding: [80, 80], maxZoom: 15, animate: false });
      if (map.getZoom() < entry.layer.zoom) { map.setView(bounds.getCenter(), entry.layer.zoom, { animate: false }); }
    }
    var at = entry.feature.g[0] === 1 ? nearest(entry.feature, bounds.getCenter()) : entry.feature.c ? GT.decode(entry.feature.c)[0] : bounds.getCenter();
    L.popup(GT.cardOptions).setLatLng(at).setContent(GT.card(entry.feature)).openOn(map);
  }

  function nearest(feature, centre) {
    var best = null, least = Infinity;
    GT.paths(feature.g).forEach(function (path) {
      path.forEach(function (at) {
        var far = Math.hypot(at[0] - centre.lat, at[1] - centre.lng);
        if (far < least) { least = far; best = at; }
      });
    });
    return best;
  }

  function packedNames(tiles) {
    if (!tiles.index) {
      tiles.index = GT.inflated(tiles.names).then(function (bytes) {
        var data = JSON.parse(new TextDecoder("utf-8").decode(bytes)), x = 0, y = 0;
        return data[0].map(function (name, i) {
          x += data[1][2 * i]; y += data[1][2 * i + 1];
          return { name: name, key: plain(name), lon: x / 1e4, lat: y / 1e4 };
        });
      });
    }
    return tiles.index;
  }

  GT.searchBox = function (body, state) {
    var words = GT.words, input = el("input", "gt-field"), list = el("ul", "gt-found"), hint = el("p", "gt-hint", words.search_hint);
    var shown = [], chosen = -1;
    input.type = "search";
    input.setAttribute("aria-label", words.search);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    list.setAttribute("role", "listbox");
    function fill() {
      shown = found(state, input.value);
      chosen = -1;
      list.textContent = "";
      input.setAttribute("aria-expanded", String(shown.length > 0));
      hint.textContent = input.value && !shown.length ? words.search_none : input.value ? "" : words.search_hint;
      shown.forEach(function (entry) {
        var item = el("li"), name = el("bdi", "gt-found-name", entry.name || entry.other);
        item.setAttribute("role", "option");
        item.appendChild(name);
        item.appendChild(el("span", "gt-hint", entry.layer.role || entry.layer.title));
        item.addEventListener("click", function () { go(state, entry); });
        list.appendChild(item);
      });
      served(input.value);
    }
    /* names of large layers, with the service or packed in the page */
    function served(text) {
      var wanted = text.trim();
      state.drawn.forEach(function (one) {
        var tiles = one.layer.tiles;
        if (!tiles || !wanted) { return; }
        var asked = tiles.search ? window.fetch(tiles.search + encodeURIComponent(wanted.slice(0, 60))).then(function (answer) {
          return answer.ok ? answer.json() : [];
        }) : packedNames(tiles).then(function (all) {
          var low = plain(wanted);
          return all.filter(function (row) { return row.key.indexOf(low) >= 0; }).slice(0, 20);
        });
        asked.then(function (rows) {
          if (input.value !== text) { return; }
          rows.forEach(function (row) { add(one.layer, row); });
          hint.textContent = shown.length ? "" : words.search_none;
        }).catch(function () {});
      });
    }
    function add(layer, row) {
      var item = el("li");
      item.setAttribute("role", "option");
      item.appendChild(el("bdi", "gt-found-name", row.name));
      item.appendChild(el("span", "gt-hint", layer.title));
      item.addEventListener("click", function () {
        if (!layer.on) { state.setOn(layer.id, true); }
        state.map.setView([row.lat, row.lon], 16, { animate: false });
      });
      list.appendChild(item);
      shown.push(row);
    }
    function mark(step) {
      if (!shown.length) { return; }
      chosen = (chosen + step + shown.length) % shown.length;
      [].forEach.call(list.children, function (item, at) {
        item.setAttribute("aria-selected", String(at === chosen));
        if (at === chosen) { item.scrollIntoView({ block: "nearest" }); }
      });
    }
    input.addEventListener("input", fill);
    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown") { mark(1); event.preventDefault(); }
      if (event.key === "ArrowUp") { mark(-1); event.preventDefault(); }
      if (event.key === "Enter" && shown.length) { list.children[Math.max(chosen, 0)].click(); }
    });
    body.appendChild(input);
    body.appendChild(hint);
    body.appendChild(list);
  };
})();
