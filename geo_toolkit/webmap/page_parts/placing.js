/* Where symbols and names stand: the more important first, the others where room is left. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var MOST_NAMES = 400;
  var measure = null;

  function textWidth(text, font) {
    if (!measure) { measure = document.createElement("canvas").getContext("2d"); }
    measure.font = font;
    return measure.measureText(text).width;
  }

  function Taken() { this.boxes = []; }
  Taken.prototype.isFree = function (box) {
    return this.boxes.every(function (other) {
      return box[2] <= other[0] || box[0] >= other[2] || box[3] <= other[1] || box[1] >= other[3];
    });
  };
  Taken.prototype.add = function (box) { this.boxes.push(box); };

  function boxAt(x, y, halfWide, halfHigh) { return [x - halfWide, y - halfHigh, x + halfWide, y + halfHigh]; }

  function Placer(map, drawn) {
    this.map = map;
    this.drawn = drawn;
    this.pane = map.createPane("gt-names");
    this.pane.style.zIndex = "590";
    this.pane.classList.add("leaflet-zoom-hide");
    map.createPane("gt-points").style.zIndex = "560";
    this.markers = L.layerGroup().addTo(map);
  }

  /* one symbol for one place: layers that share a feature draw it once, a ring is added to it */
  Placer.prototype.points = function (zoom) {
    var byKey = {}, list = [];
    this.drawn.forEach(function (one) {
      if (!one.layer.on || zoom + (GT.ease || 0) < one.layer.zoom) { return; }
      one.points.forEach(function (point) {
        var key = point.feature.u, first = byKey[key];
        var isRing = one.layer.draw === "ring";
        if (first) {
          first.ringed = first.ringed || isRing;
          if (!isRing && (first.draw === "ring" || one.layer.rank < first.rank)) {
            first.draw = one.layer.draw; first.layer = one.layer; first.feature = point.feature;
          }
          first.rank = Math.min(first.rank, one.layer.rank);
          return;
        }
        byKey[key] = { feature: point.feature, at: point.at, layer: one.layer, draw: one.layer.draw,
          rank: one.layer.rank + (point.feature.f ? 30 : 0), ringed: isRing };
        list.push(byKey[key]);
      });
    });
    return list.sort(function (a, b) { return a.rank - b.rank; });
  };

  Placer.prototype.place = function () {
    var zoom = this.map.getZoom(), grow = GT.growth(zoom), taken = new Taken(), that = this;
    this.map.getContainer().style.setProperty("--gt-grow", String(grow));
    this.markers.clearLayers();
    this.shown = this.points(zoom);
    this.shown.forEach(function (point) { that.symbol(point, taken, grow); });
    this.symbolBoxes = taken.boxes;
    this.names();
  };

  /* names alone: also after a move, so that they stand inside the view and clear of the panels */
  Placer.prototype.names = function () {
    var zoom = this.map.getZoom(), grow = GT.growth(zoom), taken = new Taken(), that = this;
    taken.boxes = this.symbolBoxes.concat(this.alone ? [] : this.panels());
    this.view = this.inView();
    this.pane.textContent = "";
    this.named = [];
    this.left = MOST_NAMES;
    this.written = {};
    this.candidates(this.shown, zoom).some(function (candidate) {
      that.name(candidate, taken, grow);
      return that.left <= 0;
    });
    if (this.swipe) { this.cut(this.swipe); }
  };

  /* symbols and names on the other side of a swipe's line are hidden */
  Placer.prototype.cut = function (swipe) {
    var map = this.map;
    this.swipe = swipe.left || swipe.right ? swipe : null;
    function see(node, id, spot) {
      if (node) { node.style.visibility = swipe.shows(id, map.layerPointToContainerPoint([spot.x, spot.y]).x) ? "" : "hidden"; }
    }
    (this.shown || []).forEach(function (point) { see(point.marker && point.marker.getElement(), point.layer.id, point.spot); });
    (this.named || []).forEach(function (name) { see(name.node, name.layer, name.spot); });
  };

  Placer.prototype.inView = function () {
    var a = this.map.containerPointToLayerPoint([0, 0]), size = this.map.getSize();
    return [a.x, a.y, a.x + size.x, a.y + size.y];
  };

  Placer.prototype.panels = function () {
    var map = this.map, frame = map.getContainer().getBoundingClientRect();
    return [].map.call(map.getContainer().querySelectorAll(".gt-panel, .gt-title, .gt-north, .gt-tools, .gt-notices p"), function (panel) {
      var r = panel.getBoundingClientRect();
      var a = map.containerPointToLayerPoint([r.left - frame.left, r.top - frame.top]);
      return [a.x, a.y, a.x + r.width, a.y + r.height];
    });
  };

  function isInside(box, view) { return box[0] >= view[0] && box[1] >= view[1] && box[2] <= view[2] && box[3] <= view[3]; }

  Placer.prototype.symbol = function (point, taken, grow) {
    var spot = this.map.latLngToLayerPoint(point.at), draw = point.feature.f ? "faint" : point.draw;
    var half = GT.reach(point.ringed && draw === "park" ? "ring" : draw) * grow * 0.89;
    var box = boxAt(spot.x, spot.y, half * 0.8, half * 0.8);
    point.crowded = !taken.isFree(box);
    if (point.crowded) {
      draw = "small"; half = GT.reach("small") * grow * 0.89;
      box = boxAt(spot.x, spot.y, half, half);
    } else {
      box = boxAt(spot.x, spot.y, half, half);
    }
    taken.add(box);
    point.spot = spot; point.half = half;
    var look = { v: point.feature.v, t: point.feature.t, b: point.feature.b, ringed: point.ringed };
    var picture = GT.symbol(draw, look, GT.pointColor(point.draw, point.feature, point.layer.color));
    var marker = L.marker(point.at, { pane: "gt-points", keyboard: true, alt: point.feature.n,
      zIndexOffset: (100 - point.rank) * 100,
      icon: L.divIcon({ className: "gt-icon", html: picture, iconSize: [0, 0], popupAnchor: [0, -half] }) });
    var feature = point.feature;
    marker.bindPopup(function () { return GT.card(feature); }, GT.cardOptions);
    this.markers.addLayer(marker);
    point.marker = marker; point.picture = picture;
    marker.getElement().setAttribute("aria-label", feature.n || feature.m.s);
  };

  Placer.prototype.candidates = function (points, scale) {
    var list = [], zoom = scale + (GT.ease || 0);
    points.forEach(function (point) {
      var least = point.layer.labelZoom + (point.feature.f ? 2 : 0) + (point.crowded ? 1 : 0);
      if (zoom >= least && point.feature.l) {
        list.push({ kind: "point", rank: point.rank, point: point, feature: point.feature, layer: point.layer });
      }
    });
    this.drawn.forEach(function (one) {
      if (!one.layer.on || zoom < one.layer.zoom) { return; }
      (one.names ? one.names() : []).forEach(function (spot) {
        list.push({ kind: "spot", rank: one.layer.rank + 20, at: spot.at, feature: { l: spot.name, g: [0] }, layer: one.layer });
      });
      GT.shown(one.layer).forEach(function (feature) {
        var kind = feature.g[0];
        if (kind === 1 && feature.h) {
          list.push({ kind: "shield", rank: one.layer.rank - 2, feature: feature, layer: one.layer });
        }
        if (!feature.l || zoom < one.layer.labelZoom || (kind === 2 && GT.isPointSymbol(one.layer.draw))) { return; }
        if (kind === 1 && !(feature.h && zoom < one.layer.labelZoom + 1.5)) {
          list.push({ kind: "line", rank: one.layer.rank, feature: feature, layer: one.layer });
        }
        if (kind === 2) {
          list.push({ kind: "area", rank: one.layer.rank, feature: feature, layer: one.layer });
        }
      });
    });
    return list.sort(function (a, b) { return a.rank - b.rank || lengthOf(b.feature) - lengthOf(a.feature); });
  };

  function lengthOf(feature) {
    if (feature.g[0] !== 1) { return 0; }
    if (feature.span === undefined) {
      feature.span = Math.max.apply(null, feature.paths.map(function (path) {
        return path.reduce(function (sum, at, i) {
          return i ? sum + Math.hypot(at[0] - path[i - 1][0], at[1] - path[i - 1][1]) : 0;
        }, 0);
      }));
    }
    return feature.span;
  }

  function lineText(feature, words, zoom) {
    var notes = [];
    if (feature.t === "c" || feature.t === "p") {
      notes.push(feature.t === "c" ? words.under_construction : words.planned);
      if (feature.y) { notes.push(words.year.replace("{}", feature.y)); }
    }
    if (feature.t === "q" || (feature.x && zoom >= 11.5)) { notes.push(words.alignment); }
    return notes.length ? GT.aside(feature.l, notes.join(GT.lang === "en" ? ", " : "，")) : feature.l;
  }

  GT.aside = function (text, word) {
    return text.indexOf(word) >= 0 ? text : GT.lang === "en" ? text + " (" + word + ")" : text + "（" + word + "）";
  };

  /* spots along the part of a line that is in view, best first, with the direction there */
  Placer.prototype.alongs = function (feature) {
    var map = this.map, view = L.bounds([this.view[0] + 8, this.view[1] + 8], [this.view[2] - 8, this.view[3] - 8]);
    var longest = null, most = 0;
    feature.paths.forEach(function (path) {
      var pixels = path.map(function (at) { return map.latLngToLayerPoint(at); });
      runsInView(pixels, view).forEach(function (run) {
        var length = 0;
        for (var i = 1; i < run.length; i += 1) { length += run[i].distanceTo(run[i - 1]); }
        if (length > most) { most = length; longest = run; }
      });
    });
    return longest === null ? [] : [0.5, 0.35, 0.65, 0.22, 0.78, 0.42, 0.58, 0.12, 0.88].map(function (share) {
      return Object.assign(spotAt(longest, share * most), { length: most });
    });
  };

  function runsInView(pixels, view) {
    var runs = [], run = null;
    for (var i = 1; i < pixels.length; i += 1) {
      var piece = L.LineUtil.clipSegment(pixels[i - 1], pixels[i], view, false, false);
      if (!piece) { run = null; continue; }
      if (run && run[run.length - 1].distanceTo(piece[0]) < 0.01) { run.push(piece[1]); } else {
        run = [piece[0], piece[1]];
        runs.push(run);
      }
    }
    return runs;
  }

  function spotAt(pixels, distance) {
    for (var i = 1; i < pixels.length; i += 1) {
      var step = pixels[i].distanceTo(pixels[i - 1]);
      if (distance <= step && step > 0) {
        var share = distance / step, a = pixels[i - 1], b = pixels[i];
        var from = pixels[Math.max(0, i - 4)], to = pixels[Math.min(pixels.length - 1, i + 3)];
        var turn = Math.atan2(to.y - from.y, to.x - from.x) * 180 / Math.PI;
        return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share, turn: turn };
      }
      distance -= step;
    }
    return { x: pixels[0].x, y: pixels[0].y, turn: 0 };
  }

  Placer.prototype.name = function (candidate, taken, grow) {
    var feature = candidate.feature, draw = candidate.layer.draw, size = Math.round(11.5 + 1.2 * (grow - 0.85) * 4);
    if (candidate.kind === "shield") { return this.shield(feature, taken, candidate.layer.id); }
    if (candidate.kind !== "point" && this.written[candidate.layer.id + "/" + feature.l]) { return false; }
    var text = candidate.kind === "line" ? lineText(feature, GT.words, this.map.getZoom())
      : feature.x && draw !== "county" && (candidate.kind === "area" || feature.f || (feature.c && this.map.getZoom() >= 12.5)) ? GT.aside(feature.l, GT.words.schematic) : feature.l;
    if (draw === "county") { size = Math.max(12, size); }
    var wide = textWidth(text, "600 " + size + "px 'Noto Sans SC', 'Microsoft YaHei', sans-serif") + 4;
    if (draw === "county") { wide += text.length * (GT.lang === "en" ? 2 : 5); }
    var high = size + 3, spots;
    if (candidate.kind === "point") {
      var p = candidate.point, gap = p.half + 2;
      spots = [[p.spot.x + gap + wide / 2, p.spot.y], [p.spot.x - gap - wide / 2, p.spot.y],
        [p.spot.x, p.spot.y + gap + high / 2], [p.spot.x, p.spot.y - gap - high / 2],
        [p.spot.x + gap + wide / 2, p.spot.y + high * 0.7], [p.spot.x - gap - wide / 2, p.spot.y + high * 0.7],
        [p.spot.x + gap + wide / 2, p.spot.y - high * 0.7], [p.spot.x - gap - wide / 2, p.spot.y - high * 0.7]];
      return this.tryAll(spots.map(function (s) { return { x: s[0], y: s[1], turn: 0 }; }), text, wide, high, size, candidate, taken);
    }
    if (candidate.kind === "area" || candidate.kind === "spot") {
      var centre = this.map.latLngToLayerPoint(candidate.at || GT.decode(feature.c)[0]);
      spots = [0, 1.3, -1.3, 2.6, -2.6].map(function (k) { return { x: centre.x, y: centre.y + k * high, turn: 0 }; });
      return this.tryAll(spots, text, wide, high, size, candidate, taken);
    }
    spots = this.alongs(feature);
    if (draw === "nearest" && spots.length && spots[0].length < wide * 1.1) {
      var middle = spots[0];
      spots = [[0, -1], [0, 1], [1, 0], [-1, 0], [0, -2], [0, 2]].map(function (way) {
        return { x: middle.x + way[0] * (wide / 2 + 8), y: middle.y + way[1] * (high * 0.9), turn: 0 };
      });
      return this.tryAll(spots, text, wide, high, size, candidate, taken);
    }
    spots = spots.filter(function (spot) { return spot.length > wide * 1.1; }).map(function (spot) {
      var turn = spot.turn > 90 ? spot.turn - 180 : spot.turn < -90 ? spot.turn + 180 : spot.turn;
      var lift = draw === "river" ? 0 : high * 0.75;
      var angle = turn * Math.PI / 180;
      return { x: spot.x + lift * Math.sin(angle), y: spot.y - lift * Math.cos(angle), turn: turn };
    });
    return this.tryAll(spots, text, wide, high, size, candidate, taken);
  };

  Placer.prototype.tryAll = function (spots, text, wide, high, size, candidate, taken) {
    for (var i = 0; i < spots.length; i += 1) {
      var spot = spots[i], angle = Math.abs(spot.turn) * Math.PI / 180;
      var box = boxAt(spot.x, spot.y, (wide * Math.cos(angle) + high * Math.sin(angle)) / 2,
        (wide * Math.sin(angle) + high * Math.cos(angle)) / 2);
      if (isInside(box, this.view) && taken.isFree(box)) {
        taken.add(box);
        this.written[candidate.layer.id + "/" + candidate.feature.l] = true;
        this.write(spot, text, size, candidate);
        return true;
      }
    }
    return false;
  };

  Placer.prototype.write = function (spot, text, size, candidate) {
    var span = GT.element("div", "gt-name gt-name-" + candidate.layer.draw, text);
    span.dir = "auto";
    if (candidate.feature.f) { span.classList.add("gt-name-faint"); }
    span.style.fontSize = size + "px";
    span.style.transform = "translate(" + Math.round(spot.x) + "px," + Math.round(spot.y) + "px) translate(-50%,-50%) rotate(" +
      spot.turn.toFixed(1) + "deg)";
    this.pane.appendChild(span);
    this.named.push({ node: span, spot: spot, text: text, size: size, layer: candidate.layer.id });
    this.left -= 1;
  };

  Placer.prototype.shield = function (feature, taken, id) {
    var picture = GT.shield(feature.h), wide = 9 + feature.h.length * 6.6, spots = this.alongs(feature);
    for (var i = 0; i < spots.length; i += 1) {
      var box = boxAt(spots[i].x, spots[i].y, wide / 2 + 2, 10.5);
      if (spots[i].length > 60 && isInside(box, this.view) && taken.isFree(box) && this.isApart(feature.h, spots[i])) {
        taken.add(box);
        var holder = GT.element("div", "gt-name");
        holder.appendChild(picture);
        holder.style.transform = "translate(" + Math.round(spots[i].x) + "px," + Math.round(spots[i].y) + "px) translate(-50%,-50%)";
        this.pane.appendChild(holder);
        this.named.push({ node: holder, spot: spots[i], shield: picture, wide: wide, layer: id });
        return;
      }
    }
  };

  /* the same number again only some way off */
  Placer.prototype.isApart = function (number, spot) {
    var key = "#" + number, places = (this.written[key] = this.written[key] || []);
    var apart = places.every(function (other) { return Math.hypot(other.x - spot.x, other.y - spot.y) > 260; });
    if (apart) { places.push(spot); }
    return apart;
  };

  GT.Placer = Placer;
})();
