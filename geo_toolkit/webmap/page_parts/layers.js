/* One drawn layer: its lines and areas as Leaflet paths, its points for the placing of symbols. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;

  /* a pane for each layer, so that a swipe can cut it */
  GT.paneOf = function (map, layer) {
    var name = "gt-" + layer.id;
    if (!map.getPane(name)) {
      var pane = map.createPane(name);
      pane.className = "leaflet-pane gt-layer-pane";
      pane.style.zIndex = String(400 + layer.order);
    }
    return name;
  };

  GT.filter = { statuses: { e: true, c: true, p: true, q: true }, year: 0 };

  /* whether a feature passes the filter of status and year; one without a year always passes that */
  GT.isShown = function (feature) {
    if (!GT.filter.statuses[feature.t || "e"]) { return false; }
    return !GT.filter.year || !feature.y || feature.y <= GT.filter.year;
  };
  GT.shown = function (layer) { return layer.features.filter(GT.isShown); };

  function Drawn(map, layer) {
    this.map = map;
    this.layer = layer;
    this.group = L.layerGroup();
    this.strokes = [];
    this.areas = [];
    this.pane = GT.paneOf(map, layer);
    this.renderer = L.svg({ pane: this.pane, padding: 0.4 });
    this.points = [];
    this.fill();
  }

  Drawn.prototype.fill = function () {
    GT.shown(this.layer).forEach(this.sort, this);
    this.lines();
  };

  /* after the filter has changed */
  Drawn.prototype.refilter = function () {
    this.group.clearLayers();
    this.strokes = []; this.areas = []; this.points = [];
    this.fill();
  };

  Drawn.prototype.sort = function (feature) {
    var kind = feature.g[0], paths = GT.paths(feature.g);
    feature.paths = paths;
    if (kind === 2) {
      var look = GT.areaLook(this.layer.draw, feature, this.layer.color);
      var shape = L.polygon(paths, Object.assign({ renderer: this.renderer, pane: this.pane,
        interactive: this.layer.draw !== "band", bubblingMouseEvents: this.layer.draw === "time" }, look));
      this.bind(shape, feature);
      this.areas.push({ shape: shape, look: look, isPlace: GT.isPointSymbol(this.layer.draw) });
      this.group.addLayer(shape);
    }
    if (kind === 0 || (kind === 2 && GT.isPointSymbol(this.layer.draw))) {
      var at = kind === 0 ? paths[0][0] : GT.decode(feature.c)[0];
      this.points.push({ feature: feature, at: at, layer: this.layer });
    }
  };

  /* casings of all lines first, then what lies inside them, so that crossings join */
  Drawn.prototype.lines = function () {
    for (var level = 0; level < 2; level += 1) {
      GT.shown(this.layer).forEach(function (feature) {
        if (feature.g[0] !== 1) { return; }
        var stroke = GT.lineStrokes(this.layer.draw, feature, this.layer.color)[level];
        if (!stroke) { return; }
        var line = L.polyline(feature.paths, { renderer: this.renderer, pane: this.pane, color: stroke.c,
          weight: stroke.w, opacity: stroke.o || 1, dashArray: stroke.d || null, lineCap: stroke.cap || "butt",
          interactive: level === 0, bubblingMouseEvents: false });
        if (level === 0) { this.bind(line, feature); }
        this.strokes.push({ line: line, stroke: stroke });
        this.group.addLayer(line);
      }, this);
    }
    GT.shown(this.layer).forEach(function (feature) {
      if (feature.g[0] !== 1) { return; }
      var wide = L.polyline(feature.paths, { renderer: this.renderer, pane: this.pane, weight: 13, opacity: 0,
        bubblingMouseEvents: false });
      this.bind(wide, feature);
      this.group.addLayer(wide);
    }, this);
  };

  Drawn.prototype.bind = function (shape, feature) {
    if (!feature.m) { return; }
    shape.bindPopup(function () { return GT.card(feature); }, GT.cardOptions);
  };

  Drawn.prototype.restyle = function (zoom) {
    var grow = GT.growth(zoom);
    this.strokes.forEach(function (one) { one.line.setStyle({ weight: one.stroke.w * grow }); });
    var pixels = 256 * Math.pow(2, zoom) / 360;
    this.areas.forEach(function (one) {
      if (one.isPlace) {
        var wide = one.shape.getBounds().getEast() - one.shape.getBounds().getWest();
        var shows = wide * pixels > 46;
        one.shape.setStyle({ opacity: shows ? one.look.opacity : 0, fillOpacity: shows ? one.look.fillOpacity : 0 });
      }
      one.shape.setStyle({ weight: one.look.weight && one.look.weight * Math.min(grow, 1.3) });
    });
  };

  Drawn.prototype.show = function (isOn) {
    var visible = isOn && this.map.getZoom() + (GT.ease || 0) >= this.layer.zoom;
    if (visible) { this.map.addLayer(this.group); } else { this.map.removeLayer(this.group); }
  };

  var POINTS = { park: 1, ring: 1, port: 1, airport: 1, terminal: 1, heritage: 1, lock: 1, station: 1,
    interchange: 1, gateway: 1, dot: 1 };
  GT.isPointSymbol = function (draw) { return POINTS[draw] === 1; };
  GT.Drawn = Drawn;
})();
