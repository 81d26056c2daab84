/* The furniture of the map: title, layer switch, legend, scale, coordinates, credits. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var el = GT.element;

  GT.folding = function (name, title, isOpen) {
    var box = el("details", "gt-panel " + name);
    box.open = isOpen;
    box.appendChild(el("summary", "", title));
    var body = el("div", "gt-body");
    box.appendChild(body);
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return { box: box, body: body };
  };

  GT.titleBlock = function (data) {
    var box = el("header", "gt-title");
    var title = el("h1", "", data.title);
    title.dir = "auto";
    box.appendChild(title);
    data.subtitle.forEach(function (line) {
      var text = el("p", "", line);
      text.dir = "auto";
      box.appendChild(text);
    });
    return box;
  };

  GT.layerSwitch = function (data, drawn, changed, isOpen) {
    var panel = GT.folding("gt-switch", data.words.layers, isOpen);
    var byId = {};
    drawn.forEach(function (one) { byId[one.layer.id] = one; });
    data.groups.forEach(function (group) {
      var set = el("fieldset"), legend = el("legend"), all = el("input"), label = el("label");
      all.type = "checkbox";
      label.appendChild(all);
      label.appendChild(el("bdi", "", group.title));
      legend.appendChild(label);
      set.appendChild(legend);
      var boxes = group.layers.map(function (id) { return switchOf(byId[id], set, changed, sum); });
      function sum() {
        var on = boxes.filter(function (box) { return box.checked; }).length;
        all.checked = on === boxes.length;
        all.indeterminate = on > 0 && on < boxes.length;
      }
      all.addEventListener("change", function () {
        boxes.forEach(function (box) { box.checked = all.checked; box.layer.on = all.checked; });
        sum();
        changed();
      });
      sum();
      panel.body.appendChild(set);
    });
    return panel.box;
  };

  function switchOf(one, set, changed, sum) {
    var label = el("label", "gt-one"), box = el("input");
    box.type = "checkbox";
    box.checked = one.layer.on;
    box.layer = one.layer;
    label.appendChild(box);
    label.appendChild(el("bdi", "", one.layer.title));
    var isFull = one.layer.features.length || one.layer.tiles || one.layer.picture;
    var state = one.layer.fault || (isFull ? "" : GT.words.empty);
    if (state) { label.appendChild(el("span", "gt-state", state)); }
    box.addEventListener("change", function () { one.layer.on = box.checked; sum(); changed(); });
    set.appendChild(label);
    return box;
  }

  /* ---- legend ---- */

  function strokeSwatch(strokes) {
    return GT.node("svg", { viewBox: "0 0 34 14", width: 34, height: 14, "aria-hidden": "true" }, strokes.map(function (s) {
      return GT.node("path", { d: "M1 7H33", stroke: s.c, "stroke-width": s.w, fill: "none",
        "stroke-dasharray": s.d || "none", "stroke-linecap": s.cap || "butt" });
    }));
  }

  function areaSwatch(look) {
    return GT.node("svg", { viewBox: "0 0 34 14", width: 34, height: 14, "aria-hidden": "true" }, [
      GT.node("rect", { x: 2, y: 1.5, width: 30, height: 11, fill: look.fill ? look.fillColor || "none" : "none",
        "fill-opacity": look.fillOpacity === undefined ? 1 : look.fillOpacity, stroke: look.weight ? look.color : "none",
        "stroke-width": look.weight, "stroke-dasharray": look.dashArray || "none" })]);
  }

  function plain(color, opacity) { return { color: GT.darker(color), weight: 0.8, fill: true, fillColor: color, fillOpacity: opacity || 0.6 }; }

  /* one entry for each way in which a layer's tiled features are drawn */
  function tiledEntries(layer) {
    var said = {};
    return (layer.tiles.kinds || [{}]).filter(function (kind) { return GT.isShown({ t: kind.t }); }).map(function (kind) {
      var name = layer.draw === "railway" ? (kind.v === "high_speed" ? GT.words.high_speed : GT.words.ordinary) : layer.title;
      var title = withStatus(name, kind.t, kind.x ? (layer.tiles.kind === 2 ? GT.words.alignment : GT.words.schematic) : "");
      if (layer.tiles.kind === 2) { return [strokeSwatch(GT.lineStrokes(layer.draw, kind, layer.color)), title]; }
      return [layer.tiles.kind === 1 ? GT.symbol("dot", {}, layer.color) : areaSwatch(GT.areaLook(layer.draw, kind, layer.color)), title];
    }).filter(function (entry) { var isNew = !said[entry[1]]; said[entry[1]] = true; return isNew; });
  }

  function statuses(features) {
    return ["", "c", "p", "q"].filter(function (code) {
      return features.some(function (f) { return (f.t || "") === code; });
    });
  }

  /* a title with the status and, where the place is not exact, the word that says so */
  function withStatus(title, code, word) {
    var status = { c: GT.words.under_construction, p: GT.words.planned, q: GT.words.preliminary }[code];
    var said = [status, code === "q" ? "" : word].filter(Boolean).join(GT.lang === "en" ? ", " : "，");
    return said ? GT.aside(title, said) : title;
  }

  function entriesOf(layer) {
    var draw = layer.draw, list = [], features = GT.shown(layer);
    if (layer.legend) {
      return layer.legend.map(function (entry, at) {
        return [areaSwatch(plain(entry[0], layer.opacity)), at ? entry[1] : layer.title + (GT.lang === "en" ? ": " : "：") + entry[1]];
      });
    }
    if (layer.tiles) { return tiledEntries(layer); }
    if (!features.length) { return list; }
    if (features.every(function (f) { return f.g[0] === 2; }) && !GT.isPointSymbol(draw)) {
      var schematic = features.some(function (f) { return f.x; });
      list.push([areaSwatch(GT.areaLook(draw, { x: schematic && draw !== "county" }, layer.color)),
        schematic && draw !== "county" ? GT.aside(layer.title, GT.words.schematic) : layer.title]);
      return list;
    }
    var isLine = features.some(function (f) { return f.g[0] === 1; });
    kindsOf(layer).forEach(function (kind) {
      var some = features.filter(function (f) { return !f.f && kind.holds(f); });
      statuses(some).forEach(function (code) {
        var alike = some.filter(function (f) { return (f.t || "") === code; });
        samples(draw, alike).forEach(function (sample) {
          var isCourse = (draw === "expressway" || draw === "railway") && sample.x;
          var title = withStatus(kind.title, code, isCourse ? GT.words.alignment : "");
          list.push([isLine ? strokeSwatch(GT.lineStrokes(draw, sample, layer.color))
            : GT.symbol(draw, { v: kind.glyph || sample.v, t: sample.t }, layer.color), title]);
        });
      });
    });
    if (!isLine && features.some(function (f) { return f.f; })) {
      list.push([GT.symbol("faint", {}, layer.color), GT.aside(layer.title, GT.words.no_position)]);
    }
    return list;
  }

  /* what one layer holds that is drawn differently */
  function kindsOf(layer) {
    var words = GT.words;
    function isFast(f) { return f.v === "high_speed"; }
    function isLogistics(f) { return f.v === "truck" || f.v === "bonded"; }
    function not(test) { return function (f) { return !test(f); }; }
    if (layer.draw === "railway") {
      return [{ title: words.high_speed, holds: isFast }, { title: words.ordinary, holds: not(isFast) }];
    }
    if (layer.draw === "station") {
      return [{ title: words.high_speed_station, holds: isFast }, { title: words.ordinary_station, holds: not(isFast) }];
    }
    if (layer.draw === "park" && layer.features.some(isLogistics) && !layer.features.every(isLogistics)) {
      return [{ title: words.logistics_parks, holds: isLogistics }, { title: layer.title, holds: not(isLogistics), glyph: "gear" }];
    }
    return [{ title: layer.title, glyph: layer.draw === "ring" ? "gear" : "", holds: function () { return true; } }];
  }

  function samples(draw, features) {
    if (draw === "river") { return [{ v: "river" }]; }
    if (draw !== "expressway") { return features.slice(0, 1); }
    return [features.filter(function (f) { return !f.x; })[0], features.filter(function (f) { return f.x; })[0]].filter(Boolean)
      .slice(0, features[0].t ? 1 : 2);
  }

  /* what the legend shows now, top layer first: [layer, [[picture, text], …]] */
  GT.legendEntries = function (drawn, zoom) {
    return drawn.slice().reverse().map(function (one) {
      return [one.layer, one.layer.on && zoom >= one.layer.zoom ? entriesOf(one.layer) : []];
    }).filter(function (entry) { return entry[1].length; });
  };

  GT.legend = function (data, isOpen) {
    var panel = GT.folding("gt-legend", data.words.legend, isOpen);
    panel.fill = function (drawn, zoom) {
      panel.body.textContent = "";
      GT.legendEntries(drawn, zoom).forEach(function (found) {
        var layer = found[0], entries = found[1];
        var block = el("div", "gt-entry");
        entries.forEach(function (entry) {
          var row = el("div", "gt-row"), swatch = el("span", "gt-swatch");
          swatch.appendChild(entry[0]);
          row.appendChild(swatch);
          row.appendChild(el("bdi", "", entry[1]));
          block.appendChild(row);
        });
        if (layer.note.length) {
          var note = el("div", "gt-note");
          layer.note.forEach(function (part, at) {
            if (at) { note.appendChild(document.createTextNode(" · ")); }
            note.appendChild(el("span", part.length < 16 ? "gt-whole" : "", part));
          });
          note.dir = "auto";
          block.appendChild(note);
        }
        panel.body.appendChild(block);
      });
    };
    return panel;
  };

  /* ---- bottom line ---- */

  GT.grouped = function (number) { return String(number).replace(/\B(?=(\d{3})+$)/g, ","); };

  function rounded(number) {
    var power = Math.pow(10, Math.floor(Math.log(number) / Math.LN10));
    var lead = number / power;
    return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
  }

  /* ground metres per pixel at the centre: Web Mercator is stretched by 1 / cos(latitude) */
  GT.metresPerPixel = function (map) {
    var latitude = map.getCenter().lat * Math.PI / 180;
    return 40075016.686 * Math.cos(latitude) / (256 * Math.pow(2, map.getZoom()));
  };

  /* CGCS2000 degrees, and metres of the 3 degree Gauss-Krueger zone: X north, Y east with its number */
  function whereText(latlng, data) {
    var at = GT.fromDisplay(latlng.lng, latlng.lat, data.datum), zone = GT.zoneOf(at[0]);
    var plane = GT.gaussKrueger(at[0], at[1], zone.meridian);
    return data.words.pointer + "  " + at[0].toFixed(6) + "°E  " + at[1].toFixed(6) + "°N   X " + plane.x.toFixed(2) + "  Y " +
      (zone.zone * 1e6 + plane.y).toFixed(2) + "  " + data.words.zone.replace("{}", zone.zone).replace("{m}", zone.meridian);
  }

  GT.bottomLine = function (map, data) {
    var line = el("footer", "gt-bottom"), words = data.words;
    var bar = el("span", "gt-bar"), barText = el("span", "gt-bar-text"), ratio = el("span", "gt-ratio");
    var where = el("span", "gt-where", words.pointer + " —");
    [bar, barText, ratio, where].forEach(function (part) { line.appendChild(part); });
    data.credits.forEach(function (text) { line.appendChild(el("span", "gt-credit", text)); });
    GT.scaleOf = function () {
      var each = GT.metresPerPixel(map), length = rounded(each * 110), number = each / 0.00028, step = rounded(number) / 20;
      return { pixels: length / each, bar: length >= 1000 ? length / 1000 + " " + words.km : length + " " + words.m,
        number: Math.max(1, Math.round(Math.round(number / step) * step)) };
    };
    function scale() {
      var now = GT.scaleOf();
      bar.style.width = Math.round(now.pixels) + "px";
      barText.textContent = now.bar;
      ratio.textContent = words.scale_about.replace("{}", GT.grouped(now.number));
    }
    map.on("zoomend moveend", scale);
    map.on("mousemove", function (event) { where.textContent = whereText(event.latlng, data); });
    scale();
    return line;
  };

  GT.northArrow = function (words) {
    var box = el("div", "gt-north");
    box.appendChild(GT.node("svg", { viewBox: "0 0 20 24", width: 20, height: 24, "aria-hidden": "true" }, [
      GT.node("path", { d: "M10 1L16 22L10 17.5Z", fill: "#374151" }),
      GT.node("path", { d: "M10 1L4 22L10 17.5Z", fill: "#FFFFFF", stroke: "#374151", "stroke-width": 1 })]));
    box.appendChild(el("span", "", words.north));
    return box;
  };
})();
