/* Drawing one outline on the map, for the page around it: click, undo, close, cancel. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var el = GT.element;
  var COLOR = "#D5006D";

  function side(a, b, c) { return (b.lng - a.lng) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lng - a.lng); }

  function crosses(a, b, c, d) {
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  }

  /* whether two sides of a ring that do not meet at a corner cross each other */
  GT.crossesItself = function (ring) {
    var count = ring.length;
    for (var i = 0; i < count; i += 1) {
      for (var j = i + 2; j < count; j += 1) {
        if ((i !== 0 || j !== count - 1) && crosses(ring[i], ring[(i + 1) % count], ring[j], ring[(j + 1) % count])) { return true; }
      }
    }
    return false;
  };

  function buttonOf(bar, text, act, isMain) {
    var button = el("button", isMain ? "gt-go" : "", text);
    button.type = "button";
    button.addEventListener("click", act);
    bar.appendChild(button);
    return button;
  }

  /* finished(points) gets [[lon, lat], …] without the closing one, or null where it was cancelled */
  GT.drawOutline = function (state, finished) {
    var map = state.map, words = GT.words, points = [], box = map.getContainer();
    var pane = map.getPane("gt-outline") || map.createPane("gt-outline");
    pane.style.zIndex = "612";
    pane.style.pointerEvents = "none";
    var look = { pane: "gt-outline", renderer: L.svg({ pane: "gt-outline", padding: 0.4 }), color: COLOR, weight: 3, interactive: false };
    var drawn = L.layerGroup().addTo(map), strip = el("div", "gt-draw"), said = el("p", "gt-result");
    said.setAttribute("aria-live", "polite");
    strip.setAttribute("role", "group");
    strip.setAttribute("aria-label", words.draw_hint);

    function redraw(moving) {
      var all = moving ? points.concat([moving]) : points;
      drawn.clearLayers();
      if (all.length > 1) {
        drawn.addLayer(all.length > 2 ? L.polygon(all, Object.assign({ fillOpacity: 0.1 }, look)) : L.polyline(all, look));
      }
      points.forEach(function (at) {
        drawn.addLayer(L.circleMarker(at, Object.assign({}, look, { radius: 4, weight: 2, fill: true, fillColor: "#FFFFFF", fillOpacity: 1 })));
      });
      if (moving) { return; }
      var ground = all.map(function (at) { return [at.lat, at.lng]; });
      said.textContent = words.draw_points.replace("{}", points.length) + (ground.length > 2 ? " · " + GT.areaText(GT.areaM2(ground)) : "");
      close.disabled = points.length < 3;
      undo.disabled = !points.length;
    }

    function add(event) {
      var last = points[points.length - 1];
      if (last && map.latLngToContainerPoint(last).distanceTo(map.latLngToContainerPoint(event.latlng)) < 3) { return; }
      points.push(event.latlng);
      redraw();
    }
    function move(event) { if (points.length) { redraw(event.latlng); } }
    function back() { points.pop(); redraw(); }
    function end(result) {
      map.off("click", add).off("mousemove", move).off("dblclick", finish);
      document.removeEventListener("keydown", key);
      GT.busy = false;
      box.classList.remove("gt-busy");
      map.doubleClickZoom.enable();
      drawn.remove();
      strip.remove();
      state.outline = null;
      finished(result);
    }
    function finish() {
      if (points.length < 3) { said.textContent = words.draw_few; return; }
      if (GT.crossesItself(points)) { said.textContent = words.draw_crossing; return; }
      end(points.map(function (at) { return [Number(at.lng.toFixed(8)), Number(at.lat.toFixed(8))]; }));
    }
    function key(event) {
      var inButton = event.target.closest && event.target.closest("button, input, summary");
      if (event.key === "Escape") { end(null); } else if (event.key === "Enter" && !inButton) { finish(); } else if (event.key === "Backspace") { back(); } else { return; }
      event.preventDefault();
    }

    strip.appendChild(el("p", "gt-hint", words.draw_hint));
    strip.appendChild(said);
    var bar = el("div", "gt-buttons");
    buttonOf(bar, words.draw_centre, function () { add({ latlng: map.getCenter() }); });
    var undo = buttonOf(bar, words.draw_undo, back);
    var close = buttonOf(bar, words.draw_close, finish, true);
    buttonOf(bar, words.draw_cancel, function () { end(null); });
    strip.appendChild(bar);
    L.DomEvent.disableClickPropagation(strip);
    box.appendChild(strip);
    if (state.outline) { state.outline.cancel(); }
    state.outline = { cancel: function () { end(null); } };
    map.closePopup();
    GT.busy = true;
    box.classList.add("gt-busy");
    map.doubleClickZoom.disable();
    map.on("click", add).on("mousemove", move).on("dblclick", finish);
    document.addEventListener("keydown", key);
    redraw();
    box.focus();
    return state.outline;
  };
})();
