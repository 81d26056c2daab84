/* Symbols: small SVG drawings, the same on the map and in the legend. */
(function () {
  "use strict";
  var GT = (window.GeoToolkit = window.GeoToolkit || {});
  var NS = "http://www.w3.org/2000/svg";
  var BROWN = "#BB9674", BROWN_EDGE = "#6E4F35", PURPLE = "#8761D3", PURPLE_EDGE = "#4E3391";
  var CRIMSON = "#C8102E", BLUE = "#1F6FA8", GREEN = "#1B8A45";

  /* [path, "f" filled | "s" stroked] on a field from -8 to 8 */
  var GLYPHS = {
    gear: [["M-7 6.5V-1.5l4 2.6v-2.6l4 2.6v-2.6l2.4 1.6 .6-7.4h2.6l.6 9.3v3.6z", "f"]],
    truck: [["M-8-5h9v7.6h-9zM2-2.4h3l3 3v2h-6z", "f"],
      ["M-6.3 4.6a1.9 1.9 0 1 0 3.8 0a1.9 1.9 0 1 0-3.8 0M2.7 4.6a1.9 1.9 0 1 0 3.8 0a1.9 1.9 0 1 0-3.8 0", "f"]],
    bonded: [["M-7-2.5h14v9h-14z", "f"], ["M-3.2-2.5v-1.8a3.2 3.2 0 0 1 6.4 0v1.8", "s"]],
    flask: [["M-2.2-7h4.4M-1.4-7v4.4L-5.6 5.4q-.6 1.6 1 1.6h9.2q1.6 0 1-1.6L1.4-2.6V-7", "s"],
      ["M-3.4 2.2h6.8l1.9 3.6q.1.6-.6.6h-9.4q-.7 0-.6-.6z", "f"]],
    chip: [["M-4.2-4.2h8.4v8.4h-8.4z", "f"],
      ["M-2.2-7.4v3M2.2-7.4v3M-2.2 4.4v3M2.2 4.4v3M-7.4-2.2h3M-7.4 2.2h3M4.4-2.2h3M4.4 2.2h3", "s"]],
    vacuum: [["M-6.6 0a6.6 6.6 0 1 0 13.2 0a6.6 6.6 0 1 0-13.2 0M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0-6.8 0", "s"],
      ["M-1.2 0a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0-2.4 0", "f"]],
    car: [["M-7.6 2.8v-3l2-.9 1.7-3.4h6.2l2.2 3.4 3.1 .9v3z", "f"],
      ["M-5.9 3.6a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0M2.3 3.6a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0", "f"]],
    leaf: [["M-4.6 4.8C-7-3 0-7 7-6.6C7.6 2 2 7.2-4.6 4.8Z", "f"], ["M-7.2 7.4L-4 4.2", "s"]],
    people: [["M-5.2-3.2a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0-4.8 0M1.6-2.4a2 2 0 1 0 4 0a2 2 0 1 0-4 0", "f"],
      ["M-7.4 6.4c0-6.8 9.2-6.8 9.2 0zM3 6.4c0-2.4-.4-3.6-1.2-4.8c3.2-1.2 5.8 .8 5.8 4.8z", "f"]],
    book: [["M-.5-3.8C-2-5.8-5-5.8-7.2-4.8V5.2C-5 4.2-2 4.2-.5 6zM.5-3.8C2-5.8 5-5.8 7.2-4.8V5.2C5 4.2 2 4.2 .5 6z", "f"]],
    bulb: [["M-4.6-2a4.6 4.6 0 1 1 9.2 0c0 2.6-2.2 3.4-2.4 5.2h-4.4C-2.4 1.4-4.6 .6-4.6-2zM-2 4.3h4v1.2h-4zM-1.3 6.4h2.6v1.1h-2.6z", "f"]],
    anchor: [["M-1.7-5a1.7 1.7 0 1 0 3.4 0a1.7 1.7 0 1 0-3.4 0M0-3.2V6.6M-3.6-.6h7.2M-6.2 1.8C-5.8 5.2-3 6.6 0 6.6S5.8 5.2 6.2 1.8", "s"]],
    plane: [["M0-8c1 0 1.3 1.5 1.3 3v2.5L8 2v1.8L1.3 1.5V5l2.2 1.6V8L0 7l-3.5 1V6.6L-1.3 5V1.5L-8 3.8V2l6.7-4.5V-5c0-1.5 .3-3 1.3-3Z", "f"]],
    gate: [["M-6 0h9M0-4.5L4.8 0 0 4.5", "s"]],
    pagoda: [["M-7-2.6L0-7l7 4.4v1H-7zM-4.6-.4h9.2v3.6h-9.2zM-7 4.4h14v1.8h-14z", "f"]],
    box: [["M-6-4.5h12v9h-12z", "s"], ["M-6-1.5h12M0-4.5v3", "s"]]
  };

  function node(tag, attributes, children) {
    var made = document.createElementNS(NS, tag);
    Object.keys(attributes || {}).forEach(function (name) {
      made.setAttribute(name, attributes[name]);
    });
    (children || []).forEach(function (child) { made.appendChild(child); });
    return made;
  }

  function glyph(name, color, scale) {
    var parts = (GLYPHS[name] || GLYPHS.gear).map(function (part) {
      return part[1] === "f" ? node("path", { d: part[0], fill: color })
        : node("path", { d: part[0], fill: "none", stroke: color, "stroke-width": 1.7,
          "stroke-linecap": "round", "stroke-linejoin": "round" });
    });
    return node("g", { transform: "scale(" + (scale || 1) + ")" }, parts);
  }

  /* status: existing is solid, under construction is pale, planned is hollow */
  function plate(shape, size, color, edge, status) {
    var hollow = status === "p" || status === "q";
    var look = { fill: hollow ? "#FFFFFF" : color, stroke: hollow || status === "c" ? edge : "#FFFFFF",
      "stroke-width": 1.6 };
    if (status === "c") { look["stroke-dasharray"] = "4 2"; }
    if (hollow) { look["stroke-dasharray"] = "2 2"; }
    if (shape === "circle") {
      return node("circle", Object.assign({ r: size }, look));
    }
    return node("rect", Object.assign({ x: -size, y: -size, width: 2 * size, height: 2 * size,
      rx: shape === "round" ? 3 : 0.5 }, look));
  }

  function ink(status, edge) { return status === "p" || status === "q" ? edge : "#FFFFFF"; }

  function plated(shape, size, color, edge, status, name, scale) {
    return [plate(shape, size, color, edge, status), glyph(name, ink(status, edge), scale)];
  }

  function leafRing() {
    return [node("circle", { r: 14.2, fill: "none", stroke: "#FFFFFF", "stroke-width": 4.6 }),
      node("circle", { r: 14.2, fill: "none", stroke: GREEN, "stroke-width": 2.6 }),
      node("g", { transform: "translate(10.5 -10.5) scale(.62)" }, [
        node("circle", { r: 9.4, fill: GREEN, stroke: "#FFFFFF", "stroke-width": 1.6 }),
        glyph("leaf", "#FFFFFF", 0.85)])];
  }

  var isPurple = { truck: 1, bonded: 1 };

  function park(feature) {
    var purple = isPurple[feature.v];
    var shape = plated("round", 10, purple ? PURPLE : BROWN, purple ? PURPLE_EDGE : BROWN_EDGE,
      feature.t, feature.v || "gear", 1);
    return feature.ringed ? leafRing().concat(shape) : shape;
  }

  function lock(feature) {
    var turned = node("g", { transform: "rotate(" + (feature.b || 0) + ")" }, [
      node("path", { d: "M-10 3.5h20", stroke: "#FFFFFF", "stroke-width": 6.5, "stroke-linecap": "round" }),
      node("path", { d: "M-6-2L0-8L6-2", stroke: "#FFFFFF", "stroke-width": 5.5, fill: "none" }),
      node("path", { d: "M-10 3.5h20", stroke: BLUE, "stroke-width": 3.8, "stroke-linecap": "round" }),
      node("path", { d: "M-6-2L0-8L6-2", stroke: BLUE, "stroke-width": 2.6, fill: "none",
        "stroke-linecap": "round", "stroke-linejoin": "round" })]);
    return [turned];
  }

  function station(feature) {
    var color = feature.v === "high_speed" ? CRIMSON : "#222222";
    var solid = !feature.t;
    return [node("rect", { x: -6, y: -6, width: 12, height: 12, fill: "#FFFFFF", stroke: color,
      "stroke-width": 2.6, "stroke-dasharray": solid ? "none" : "3 2" }),
    node("rect", { x: -2.4, y: -2.4, width: 4.8, height: 4.8, fill: solid ? color : "none" })];
  }

  var DRAW = {
    park: park,
    ring: function (f) { return leafRing().concat(park({ v: f.v, t: f.t })); },
    lock: lock,
    station: station,
    port: function (f) { return plated("circle", 10, BLUE, BLUE, f.t, "anchor", 0.95); },
    airport: function (f) { return plated("circle", 11.5, "#2F3E63", "#2F3E63", f.t, "plane", 1); },
    terminal: function (f) { return plated("round", 9, "#5B6B7F", "#3D4A5A", f.t, "truck", 0.9); },
    gateway: function (f) { return plated("circle", 8.5, "#4A5568", "#4A5568", f.t, "gate", 0.85); },
    heritage: function (f) { return plated("square", 8.5, "#8C3B2A", "#8C3B2A", f.t, "pagoda", 0.9); },
    interchange: function (f) {
      return [node("circle", { r: 5, fill: "#FFFFFF", stroke: f.t ? "#D97B00" : "#A85A00",
        "stroke-width": 2.6, "stroke-dasharray": f.t ? "3 2" : "none" })];
    },
    dot: function (f, color) {
      return [node("circle", { r: 6, fill: f.t === "p" ? "#FFFFFF" : color, stroke: f.t === "p" ? color : "#FFFFFF",
        "stroke-width": 2 })];
    },
    faint: function () {
      return [node("circle", { r: 5, fill: "#FFFFFF", "fill-opacity": 0.7, stroke: "#7A7F87",
        "stroke-width": 1.4, "stroke-dasharray": "2 2" })];
    },
    small: function (f, color) {
      return [node("circle", { r: 4.2, fill: color, stroke: "#FFFFFF", "stroke-width": 1.4 })];
    }
  };

  /* half width of each drawing on the 32 x 32 field, for the placing of names */
  var REACH = { park: 11, ring: 16, port: 11, airport: 12, terminal: 10, gateway: 9, heritage: 9,
    lock: 11, station: 7, interchange: 6, dot: 7, faint: 5, small: 4 };

  var COLOR = { park: BROWN, ring: GREEN, port: BLUE, lock: BLUE, airport: "#2F3E63", station: "#222222",
    terminal: "#5B6B7F", heritage: "#8C3B2A", gateway: "#4A5568", interchange: "#A85A00" };

  GT.node = node;
  GT.reach = function (draw) { return REACH[draw] || 7; };
  GT.pointColor = function (draw, feature, color) {
    return draw === "park" && isPurple[feature.v] ? PURPLE : COLOR[draw] || color;
  };
  GT.symbol = function (draw, feature, color) {
    var make = DRAW[draw] || DRAW.dot;
    return node("svg", { viewBox: "-18 -18 36 36", "class": "gt-symbol", "aria-hidden": "true" },
      make(feature, color));
  };
  GT.shield = function (number) {
    var top = number.charAt(0) === "G" ? "#D3222A" : "#F2C200";
    var wide = 9 + number.length * 6.6;
    var text = node("text", { x: wide / 2, y: 13.6, "text-anchor": "middle", fill: "#FFFFFF",
      "font-size": 10, "font-weight": 700, "font-family": "Arial, sans-serif" });
    text.textContent = number;
    return node("svg", { viewBox: "0 0 " + wide + " 17", width: wide, height: 17, "class": "gt-shield" }, [
      node("rect", { x: 0.5, y: 0.5, width: wide - 1, height: 16, rx: 2.5, fill: "#007A4D", stroke: "#FFFFFF" }),
      node("path", { d: "M1 4.4V3a2 2 0 0 1 2-2h" + (wide - 6) + "a2 2 0 0 1 2 2v1.4z", fill: top }), text]);
  };
})();
