/* Measuring on the map: lengths along the ground and areas on the ellipsoid, whatever the background. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var el = GT.element;
  var COLOR = "#0B57D0";

  function number(value, digits) { return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }); }

  GT.lengthText = function (m) {
    return m < 10000 ? number(m, 1) + " " + GT.words.m : number(m / 1000, 3) + " " + GT.words.km;
  };
  GT.areaText = function (m2) {
    var words = GT.words, main = m2 < 10000 ? number(m2, 1) + " " + words.m2 : m2 < 1e7 ? number(m2 / 1e4, 4) + " " + words.ha
      : number(m2 / 1e6, 3) + " " + words.km2;
    return main + " · " + number(m2 * 3 / 2000, 2) + " " + words.mu;
  };

  GT.measureBox = function (body, state) {
    var map = state.map, words = GT.words, points = [], isArea = false, isDone = false, box = map.getContainer();
    var pane = map.getPane("gt-measure") || map.createPane("gt-measure");
    pane.style.zIndex = "610";
    pane.style.pointerEvents = "none";
    var renderer = L.svg({ pane: "gt-measure", padding: 0.4 });
    var drawn = L.layerGroup().addTo(map), result = el("p", "gt-result"), list = el("p", "gt-hint", words.measure_hint);
    result.setAttribute("aria-live", "polite");

    function truth(latlng) { var at = GT.fromDisplay(latlng.lng, latlng.lat, state.data.datum); return [at[1], at[0]]; }

    function draw(moving) {
      var all = moving ? points.concat([moving]) : points, look = { pane: "gt-measure", renderer: renderer, color: COLOR, weight: 2.5, interactive: false };
      drawn.clearLayers();
      if (all.length > 1) {
        drawn.addLayer(isArea && all.length > 2 ? L.polygon(all, Object.assign({ fillOpacity: 0.12 }, look)) : L.polyline(all, look));
      }
      points.forEach(function (at) { drawn.addLayer(L.circleMarker(at, Object.assign({}, look, { radius: 4, fill: true, fillColor: "#FFFFFF", fillOpacity: 1 }))); });
      var ground = all.map(truth);
      if (isArea && ground.length > 2) {
        result.textContent = words.area + " " + GT.areaText(GT.areaM2(ground)) + "；" + words.perimeter + " " + GT.lengthText(GT.lengthM(ground.concat([ground[0]])));
        if (GT.lang === "en") { result.textContent = result.textContent.replace("；", "; "); }
      } else { result.textContent = ground.length > 1 ? words.length + " " + GT.lengthText(GT.lengthM(ground)) : ""; }
    }

    function click(event) {
      if (isDone) { points = []; isDone = false; }
      points.push(event.latlng);
      draw();
    }
    function move(event) { if (points.length && !isDone) { draw(event.latlng); } }
    function end() {
      if (points.length > 1 && points[points.length - 1].equals(points[points.length - 2])) { points.pop(); }
      isDone = true;
      draw();
    }
    function clear() { points = []; isDone = false; draw(); }

    var kinds = el("div", "gt-kinds");
    [["length", false], ["area", true]].forEach(function (kind) {
      var label = el("label"), radio = el("input");
      radio.type = "radio"; radio.name = "gt-measure"; radio.checked = kind[1] === isArea;
      radio.addEventListener("change", function () { isArea = kind[1]; clear(); });
      label.appendChild(radio);
      label.appendChild(el("span", "", words[kind[0]]));
      kinds.appendChild(label);
    });
    var buttons = el("div", "gt-buttons"), at = el("button", "", words.measure_here), stop = el("button", "", words.measure_end), wipe = el("button", "", words.clear);
    at.type = stop.type = wipe.type = "button";
    at.addEventListener("click", function () { click({ latlng: map.getCenter() }); });
    stop.addEventListener("click", end);
    wipe.addEventListener("click", clear);
    [at, stop, wipe].forEach(function (button) { buttons.appendChild(button); });
    [kinds, result, list, buttons].forEach(function (part) { body.appendChild(part); });
    body.appendChild(el("p", "gt-hint", words.measure_method));

    map.closePopup();
    GT.busy = true;
    box.classList.add("gt-busy");
    map.doubleClickZoom.disable();
    map.on("click", click).on("mousemove", move).on("dblclick", end);
    return function () {
      GT.busy = false;
      box.classList.remove("gt-busy");
      map.doubleClickZoom.enable();
      map.off("click", click).off("mousemove", move).off("dblclick", end);
      drawn.remove();
    };
  };
})();
