/* Lines and areas: how they are stroked and filled at each zoom and status. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var DASH = { c: "11 6", p: "5 5", q: "0.5 5" };

  /* strokes from below: {c colour, w width in px at zoom 9, d dashes, cap, o opacity} */
  function lineStrokes(draw, f, color) {
    var dash = DASH[f.t];
    if (f.t === "q") {
      var hue = draw === "railway" ? (f.v === "high_speed" ? "#C8102E" : "#222222") : draw === "expressway" ? "#D97B00" : color;
      return [{ c: hue, w: 2, d: DASH.q, cap: "round" }];
    }
    if (draw === "railway") {
      var rail = f.v === "high_speed" ? "#C8102E" : "#222222";
      if (dash) { return [{ c: "#FFFFFF", w: 4, o: 0.7 }, { c: rail, w: 2.6, d: dash }]; }
      if (f.x) { return [{ c: f.v === "high_speed" ? "#D4586C" : "#5F5F5F", w: 3, d: "19 2" }, { c: "#FFFFFF", w: 1.6, d: "7 7" }]; }
      return [{ c: rail, w: 3 }, { c: "#FFFFFF", w: 1.5, d: "7 7" }];
    }
    if (draw === "expressway") {
      if (dash) { return [{ c: "#FFFFFF", w: 4.4, o: 0.7 }, { c: "#D97B00", w: 3, d: dash }]; }
      if (f.x) { return [{ c: "#B97A2B", w: 3.6, d: "7 3" }, { c: "#FBCB86", w: 2.2 }]; }
      return [{ c: "#A85A00", w: 4 }, { c: "#F08C00", w: 2.5 }];
    }
    if (draw === "river") { return [{ c: "#86BBE0", w: riverWidth(f), cap: "round" }]; }
    if (draw === "waterway") { return [{ c: "#2E86C1", w: 2.2, cap: "round", d: dash }]; }
    if (draw === "runway") {
      return [{ c: "#2F3E63", w: 4.5, d: f.t ? "6 4" : null }, { c: "#FFFFFF", w: 1, d: "4 4" }];
    }
    if (draw === "nearest") {
      return [{ c: "#FFFFFF", w: 4, o: 0.8 }, { c: "#1F2937", w: 1.7, d: "6 4" }];
    }
    return [{ c: color, w: 2, d: f.x ? "6 4" : dash }];
  }

  function riverWidth(f) {
    var wide = { main_stem: 4, river: 1.8, tributary: 1.6, stream: 0.9 };
    return wide[f.v] || 1.6;
  }

  /* one look an area: stroke and fill; patterns are defined once in the page */
  function areaLook(draw, f, color) {
    var dash = f.x ? "6 4" : DASH[f.t] || null;
    var looks = {
      county: { color: "#8A9099", weight: 0.9, fill: false },
      band: { color: "#BFDDF1", weight: 0, fill: true, fillColor: "#BFDDF1", fillOpacity: 0.55 },
      hatch: { color: GT.darker(color), weight: 1.4, dashArray: dash, fill: true,
        fillColor: GT.pattern("hatch", color), fillOpacity: 1 },
      dots: { color: "#B59B00", weight: 1, dashArray: dash, fill: true,
        fillColor: GT.pattern("dots", "#E8CF2E"), fillOpacity: 1 },
      outline: { color: color, weight: 3, dashArray: dash, fill: false },
      time: { color: GT.darker(f.k || color), weight: 0.7, fill: true, fillColor: f.k || color, fillOpacity: 0.6 },
      site: { color: "#D5006D", weight: 3, fill: true, fillOpacity: 0 },
      overlap: { color: GT.darker(color), weight: 1.2, fill: true, fillColor: color, fillOpacity: 0.6 },
      river: { color: "#6BA6D0", weight: 0.8, fill: true, fillColor: "#A9D0EC", fillOpacity: 0.9 }
    };
    if (GT.isPointSymbol(draw)) {
      return { color: GT.darker(color), weight: 1, opacity: 0.7, dashArray: dash, fill: true, fillColor: color, fillOpacity: 0.06 };
    }
    return looks[draw] || { color: GT.darker(color), weight: 1.2, dashArray: dash, fill: true,
      fillColor: color, fillOpacity: 0.16 };
  }

  GT.darker = function (color) {
    var n = parseInt(color.slice(1), 16);
    var part = function (shift) { return Math.round(((n >> shift) & 255) * 0.62); };
    return "#" + ((1 << 24) | (part(16) << 16) | (part(8) << 8) | part(0)).toString(16).slice(1);
  };

  var made = {};
  GT.pattern = function (kind, color) {
    var id = "gt-" + kind + "-" + color.slice(1);
    if (!made[id]) {
      made[id] = true;
      var inner = kind === "hatch"
        ? [GT.node("rect", { width: 8, height: 8, fill: color, "fill-opacity": 0.2 }),
          GT.node("path", { d: "M0 0V8", stroke: GT.darker(color), "stroke-width": 1.6, "stroke-opacity": 0.75 })]
        : [GT.node("rect", { width: 8, height: 8, fill: color, "fill-opacity": 0.35 }),
          GT.node("circle", { cx: 4, cy: 4, r: 0.9, fill: "#6B5B00" })];
      document.getElementById("gt-patterns").appendChild(GT.node("pattern", { id: id, width: 8, height: 8,
        patternUnits: "userSpaceOnUse", patternTransform: kind === "hatch" ? "rotate(45)" : "rotate(0)" }, inner));
    }
    return "url(#" + id + ")";
  };

  GT.growth = function (zoom) { return Math.max(0.75, Math.min(1.9, 0.85 + 0.14 * (zoom - 9))); };
  GT.lineStrokes = lineStrokes;
  GT.areaLook = areaLook;

  /* whole millionths of a degree, steps from vertex to vertex -> [lat, lon] */
  function decode(flat) {
    var out = [], x = 0, y = 0;
    for (var i = 0; i < flat.length; i += 2) {
      x += flat[i]; y += flat[i + 1];
      out.push([y / 1e6, x / 1e6]);
    }
    return out;
  }
  GT.decode = decode;
  GT.paths = function (g) {
    return g[0] === 2 ? g[1].map(function (part) { return part.map(decode); }) : g[1].map(decode);
  };
})();
