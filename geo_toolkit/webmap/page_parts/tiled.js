/* A layer too large to list: drawn on canvas tiles from vector tiles in the page or of the service. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var KEPT = 160, NAMED_ZOOM = 15, MOST_NAMES = 80, EACH_FRAME_MS = 8;
  var queue = [], running = false;

  /* one piece of drawing a frame, more only while there is time */
  function later(work) {
    queue.push(work);
    if (!running) { running = true; window.requestAnimationFrame(run); }
  }
  function run() {
    var start = performance.now();
    do { queue.shift()(); } while (queue.length && performance.now() - start < EACH_FRAME_MS);
    running = queue.length > 0;
    if (running) { window.requestAnimationFrame(run); }
  }

  function Tiled(map, layer) {
    var that = this;
    this.map = map;
    this.layer = layer;
    this.points = [];
    this.pane = GT.paneOf(map, layer);
    this.tiles = layer.tiles;
    this.zooms = layer.tiles.zooms;
    this.known = new Map();
    this.group = new (L.GridLayer.extend({
      createTile: function (coords, done) { return that.make(coords, done); }
    }))({ pane: this.pane, minNativeZoom: this.zooms[0], maxNativeZoom: 22, updateWhenZooming: false, keepBuffer: 1 });
    this.group.on("load tileunload", function () { that.count(); });
    this.group.on("load", function () { if (GT.state && GT.state.placer && map.getZoom() >= NAMED_ZOOM) { GT.state.placer.names(); } });
    map.on("click", function (event) { that.ask(event); });
  }

  Tiled.prototype.nativeZoom = function (z) {
    return this.zooms.reduce(function (best, zoom) { return zoom <= z ? zoom : best; }, this.zooms[0]);
  };

  /* promise of {features, left} */
  Tiled.prototype.fetch = function (z, x, y) {
    var key = z + "/" + x + "/" + y, that = this, known = this.known.get(key);
    if (known) { return known; }
    var inside = this.tiles.tiles, found;
    if (inside) {
      found = !inside[key] ? Promise.resolve({ features: [], left: 0 }) : GT.inflated(inside[key][1]).then(function (bytes) {
        return decoded(bytes, inside[key][0]);
      }).catch(function () { return { features: [], left: 0, failed: true }; });
    } else {
      found = window.fetch(this.tiles.url.replace("{z}", z).replace("{x}", x).replace("{y}", y)).then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        var left = Number(answer.headers.get("x-features-left-out") || 0);
        return answer.arrayBuffer().then(function (buffer) { return decoded(new Uint8Array(buffer), left); });
      }).catch(function () { that.known.delete(key); return { features: [], left: 0, failed: true }; });
    }
    this.known.set(key, found);
    if (this.known.size > KEPT) { this.known.delete(this.known.keys().next().value); }
    return found;
  };

  function decoded(bytes, left) {
    return new Promise(function (done) {
      later(function () {
        var layers = GT.decodeTile(bytes);
        done({ features: layers.length ? layers[0].features : [], left: left });
      });
    });
  }

  Tiled.prototype.make = function (coords, done) {
    var canvas = L.DomUtil.create("canvas"), that = this, z = this.nativeZoom(coords.z), deeper = coords.z - z;
    var size = this.group.getTileSize().x, ratio = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = canvas.height = size * ratio;
    this.fetch(z, coords.x >> deeper, coords.y >> deeper).then(function (tile) {
      later(function () {
        canvas.gtLeft = tile.left;
        canvas.gtFailed = tile.failed;
        canvas.gtNames = coords.z >= NAMED_ZOOM ? that.namesIn(tile.features, coords, z) : [];
        that.paint(canvas, tile.features, { scale: size * ratio * Math.pow(2, deeper) / 4096, ratio: ratio, zoom: coords.z,
          dx: (coords.x - ((coords.x >> deeper) << deeper)) * size * ratio,
          dy: (coords.y - ((coords.y >> deeper) << deeper)) * size * ratio, size: size * ratio });
        done(null, canvas);
      });
    });
    return canvas;
  };

  /* names of the features whose middle lies in a tile that shows */
  Tiled.prototype.namesIn = function (features, coords, z) {
    var share = Math.pow(2, coords.z - z), found = [], that = this;
    var left = (coords.x / share - Math.floor(coords.x / share)) * 4096, top = (coords.y / share - Math.floor(coords.y / share)) * 4096;
    features.forEach(function (feature) {
      var x = (feature.box[0] + feature.box[2]) / 2, y = (feature.box[1] + feature.box[3]) / 2, name;
      if (found.length >= MOST_NAMES || x < left || x >= left + 4096 / share || y < top || y >= top + 4096 / share) { return; }
      name = GT.tagOf(feature, "name");
      if (!name) { return; }
      var tile = L.point(Math.floor(coords.x / share) + x / 4096, Math.floor(coords.y / share) + y / 4096).multiplyBy(256);
      found.push({ name: String(name).slice(0, 28), at: that.map.options.crs.pointToLatLng(tile, z) });
    });
    return found;
  };
  Tiled.prototype.names = function () {
    var box = this.group.getContainer && this.group.getContainer(), all = [];
    if (box && this.map.hasLayer(this.group) && this.map.getZoom() >= NAMED_ZOOM) {
      [].forEach.call(box.querySelectorAll("canvas"), function (canvas) { all = all.concat(canvas.gtNames || []); });
    }
    return all;
  };

  Tiled.prototype.paint = function (canvas, features, view) {
    var groups = {}, pen = canvas.getContext("2d"), margin = 12 * view.ratio, that = this;
    features.forEach(function (feature) {
      var b = feature.box;
      if (b[2] * view.scale - view.dx < -margin || b[0] * view.scale - view.dx > view.size + margin ||
        b[3] * view.scale - view.dy < -margin || b[1] * view.scale - view.dy > view.size + margin) { return; }
      var kind = { t: GT.tagOf(feature, "t") || "", x: GT.tagOf(feature, "x"), v: GT.tagOf(feature, "v") };
      if (!GT.isShown({ t: kind.t, y: yearOf(feature) })) { return; }
      var key = [kind.t, kind.x, kind.v].join("/");
      (groups[key] = groups[key] || { kind: kind, features: [] }).features.push(feature);
    });
    Object.keys(groups).sort().forEach(function (key) { that.paintAlike(pen, groups[key].features, groups[key].kind, view); });
  };

  function yearOf(feature) {
    var text = GT.tagOf(feature, "opened") || GT.tagOf(feature, "open_target") || GT.tagOf(feature, "opening");
    var years = String(text || "").match(/(?:19|20)\d\d/g);
    return years ? Math.max.apply(null, years.map(Number)) : 0;
  }

  Tiled.prototype.paintAlike = function (pen, features, like, view) {
    var kind = features[0].type, layer = this.layer, grow = GT.growth(view.zoom) * view.ratio, x, y;
    pen.beginPath();
    features.forEach(function (feature) {
      feature.parts.forEach(function (part) {
        for (var i = 0; i < part.length; i += 2) {
          x = part[i] * view.scale - view.dx; y = part[i + 1] * view.scale - view.dy;
          if (kind === 1) { pen.moveTo(x + 4 * grow, y); pen.arc(x, y, 4 * grow, 0, 7); } else if (i) { pen.lineTo(x, y); } else { pen.moveTo(x, y); }
        }
        if (kind === 3) { pen.closePath(); }
      });
    });
    if (kind === 2) {
      GT.lineStrokes(layer.draw, like, layer.color).forEach(function (stroke) {
        pen.setLineDash((stroke.d || "").split(" ").filter(Boolean).map(function (n) { return Number(n) * view.ratio; }));
        pen.strokeStyle = stroke.c; pen.lineWidth = stroke.w * grow; pen.stroke();
      });
      return;
    }
    var look = kind === 1 ? { color: "#FFFFFF", weight: 1.2, fill: true, fillColor: layer.color, fillOpacity: 1 }
      : GT.areaLook(layer.draw, like, layer.color);
    if (look.fill && look.fillColor) {
      var woven = weave(pen, look.fillColor, view.ratio);
      pen.globalAlpha = woven ? 1 : Math.max(look.fillOpacity, 0.16);
      pen.fillStyle = woven || look.fillColor;
      pen.fill();
      pen.globalAlpha = 1;
    }
    if (look.weight) {
      var fine = view.zoom < 13 ? 0.5 : 0.8;
      pen.setLineDash((look.dashArray || "").split(" ").filter(Boolean).map(function (n) { return Number(n) * view.ratio; }));
      pen.strokeStyle = look.color; pen.lineWidth = look.weight * fine * view.ratio; pen.stroke();
    }
  };

  /* the page's hatch or dots for a canvas: 32 pixels a side, so that it runs on from tile to tile */
  var woven = {};
  function weave(pen, fill, ratio) {
    var found = /^url\(#gt-(hatch|dots)-(\w+)\)$/.exec(fill), key = fill + ratio;
    if (!found) { return null; }
    if (!woven[key]) {
      var side = Math.round(32 * ratio), cloth = L.DomUtil.create("canvas"), brush = cloth.getContext("2d"), color = "#" + found[2];
      cloth.width = cloth.height = side;
      brush.globalAlpha = found[1] === "hatch" ? 0.2 : 0.35;
      brush.fillStyle = color;
      brush.fillRect(0, 0, side, side);
      brush.globalAlpha = found[1] === "hatch" ? 0.75 : 1;
      if (found[1] === "hatch") {
        brush.strokeStyle = GT.darker(color);
        brush.lineWidth = 1.6 * ratio;
        for (var n = -3; n <= 6; n += 1) {
          brush.beginPath(); brush.moveTo(n * side / 3, 0); brush.lineTo(n * side / 3 - side, side); brush.stroke();
        }
      } else {
        brush.fillStyle = "#6B5B00";
        for (var i = 0; i < 16; i += 1) {
          brush.beginPath(); brush.arc((i % 4 + 0.5) * side / 4, (Math.floor(i / 4) + 0.5) * side / 4, 0.9 * ratio, 0, 7); brush.fill();
        }
      }
      woven[key] = cloth;
    }
    return pen.createPattern(woven[key], "repeat");
  }

  /* how many features the tiles in view leave out */
  Tiled.prototype.count = function () {
    var left = 0, failed = 0, box = this.group.getContainer && this.group.getContainer();
    if (box && this.map.hasLayer(this.group)) {
      [].forEach.call(box.querySelectorAll("canvas"), function (canvas) {
        left += canvas.gtLeft || 0; failed += canvas.gtFailed ? 1 : 0;
      });
    }
    var title = this.layer.title, words = GT.words;
    GT.notice("thin-" + this.layer.id, left ? words.left_out.replace("{}", title) : "");
    GT.notice("fail-" + this.layer.id, failed ? words.tiles_failed.replace("{}", title) : "");
  };

  Tiled.prototype.show = function (isOn) {
    var visible = isOn && this.map.getZoom() + (GT.ease || 0) >= this.layer.zoom;
    if (visible) { this.map.addLayer(this.group); } else { this.map.removeLayer(this.group); this.count(); }
  };
  Tiled.prototype.restyle = function () {};
  Tiled.prototype.refilter = function () { if (this.map.hasLayer(this.group)) { this.group.redraw(); } };

  /* the card of the feature under the pointer, from the deepest tile there */
  Tiled.prototype.ask = function (event) {
    if (GT.busy || !this.map.hasLayer(this.group)) { return; }
    var z = this.zooms[this.zooms.length - 1], world = this.map.options.crs.latLngToPoint(event.latlng, z), that = this;
    var tx = Math.floor(world.x / 256), ty = Math.floor(world.y / 256);
    var x = (world.x - tx * 256) * 16, y = (world.y - ty * 256) * 16;
    var near = 7 * 4096 / (256 * Math.pow(2, this.map.getZoom() - z));
    this.fetch(z, tx, ty).then(function (tile) {
      var hit = tile.features.filter(function (feature) { return touches(feature, x, y, near); }).pop();
      if (hit) { L.popup(GT.cardOptions).setLatLng(event.latlng).setContent(GT.card(that.described(hit))).openOn(that.map); }
    });
  };

  function touches(feature, x, y, near) {
    var b = feature.box;
    if (x < b[0] - near || x > b[2] + near || y < b[1] - near || y > b[3] + near) { return false; }
    if (feature.type === 3) {
      return feature.parts.reduce(function (inside, part) { return inside !== isInside(part, x, y); }, false);
    }
    return feature.parts.some(function (part) {
      for (var i = 0; i < part.length; i += 2) {
        var a = L.point(part[i], part[i + 1]), b = i + 2 < part.length ? L.point(part[i + 2], part[i + 3]) : a;
        if (L.LineUtil.pointToSegmentDistance(L.point(x, y), a, b) <= near) { return true; }
      }
      return false;
    });
  }

  function isInside(ring, x, y) {
    var inside = false;
    for (var i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      if (ring[i + 1] > y !== ring[j + 1] > y &&
        x < (ring[j] - ring[i]) * (y - ring[i + 1]) / (ring[j + 1] - ring[i + 1]) + ring[i]) { inside = !inside; }
    }
    return inside;
  }

  Tiled.prototype.described = function (feature) {
    var tags = GT.tagsOf(feature), layer = this.layer, facts = [];
    layer.facts.forEach(function (fact) {
      if (tags[fact[0]] === undefined || facts.length > 5) { return; }
      var value = tags[fact[0]], word = layer.words[String(value).toLowerCase()];
      var shown = word || (typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value));
      facts.push([fact[1], fact[2] ? shown + " " + fact[2] : shown]);
    });
    var status = layer.words[String(tags.status || "").toLowerCase()];
    return { n: tags.name || tags.id || "", m: { s: [layer.role || layer.title, status].filter(Boolean).join(" · "), a: facts, f: layer.note } };
  };

  GT.Tiled = Tiled;
})();
