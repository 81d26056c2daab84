/* Puts the page together: draws the layers, then keeps symbols, names and legend in step. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;

  GT.boundsOf = function (data) {
    return L.latLngBounds([[data.bounds[1], data.bounds[0]], [data.bounds[3], data.bounds[2]]]);
  };

  function fit(state) {
    state.map.fitBounds(GT.boundsOf(state.data), Object.assign({ animate: false }, state.room));
    state.atHome = true;
  }

  function redraw(state) {
    var zoom = state.map.getZoom();
    state.drawn.forEach(function (one) { one.show(one.layer.on); });
    if (state.styled !== zoom) {
      state.drawn.forEach(function (one) { one.restyle(zoom); });
      state.styled = zoom;
    }
    state.placer.place();
    state.legend.fill(state.drawn, zoom);
  }

  function drawnOf(map, layer) {
    if (layer.tiles) { return new GT.Tiled(map, layer); }
    return layer.picture ? new GT.Raster(map, layer) : new GT.Drawn(map, layer);
  }

  function controls(state, data, options) {
    var map = state.map, box = map.getContainer();
    L.control.zoom({ position: "topleft", zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out }).addTo(map);
    box.appendChild(GT.toolbar(state, data, function () { fit(state); }));
    var panel = GT.layerSwitch(data, state.drawn, state.redraw, options.switchOpen);
    state.setOn = function (id, isOn) {
      var input = [].filter.call(panel.querySelectorAll(".gt-one input"), function (one) { return one.layer.id === id; })[0];
      if (input && input.checked !== isOn) { input.click(); }
    };
    box.appendChild(panel);
    box.appendChild(state.legend.box);
    box.appendChild(GT.northArrow(data.words));
    [].forEach.call(box.querySelectorAll("details"), function (one) {
      one.addEventListener("toggle", function () { state.placer.names(); });
    });
  }

  GT.draw = function (map, data, options) {
    GT.words = data.words;
    GT.lang = data.lang;
    GT.cardOptions = { maxWidth: 330, minWidth: 220, autoPanPaddingTopLeft: options.room.paddingTopLeft || [20, 20],
      autoPanPaddingBottomRight: options.room.paddingBottomRight || [20, 20] };
    var state = { map: map, data: data, room: options.room, mapOptions: map.options, box: null, swipe: null };
    GT.state = state;
    var notices = GT.element("div", "gt-notices");
    notices.setAttribute("role", "status");
    map.getContainer().appendChild(notices);
    options.bottom.appendChild(GT.bottomLine(map, data));
    map.invalidateSize({ animate: false });
    if (options.view) { map.setView(options.view.center, options.view.zoom, { animate: false }); } else { fit(state); }
    GT.background(map, data);
    var ordered = data.layers.map(function (layer, at) { return { layer: layer, at: at }; });
    ordered.sort(function (a, b) { return a.layer.order - b.layer.order || a.at - b.at; });
    state.drawn = ordered.map(function (one) { return drawnOf(map, one.layer); });
    state.layerOf = function (id) {
      return (state.drawn.filter(function (one) { return one.layer.id === id; })[0] || {}).layer;
    };
    state.placer = new GT.Placer(map, state.drawn);
    state.legend = GT.legend(data, window.innerWidth > 760);
    state.redraw = function () { redraw(state); };
    controls(state, data, options);
    map.on("zoomend", state.redraw);
    map.on("moveend resize", function () { state.placer.names(); });
    map.on("dragstart zoomstart", function () { state.atHome = false; });
    redraw(state);
    state.atHome = !options.view;
    GT.followPrinting(state);
    return state;
  };

  /* a picture laid over the map: a raster within its bounds */
  GT.Raster = function (map, layer) {
    this.map = map;
    this.layer = layer;
    this.points = [];
    this.pane = GT.paneOf(map, layer);
    var b = layer.bounds;
    this.group = L.imageOverlay(layer.picture, [[b[1], b[0]], [b[3], b[2]]], { pane: this.pane, opacity: layer.opacity, alt: layer.title });
  };
  GT.Raster.prototype.show = function (isOn) {
    if (isOn) { this.map.addLayer(this.group); } else { this.map.removeLayer(this.group); }
  };
  GT.Raster.prototype.restyle = function () {};

  function begin(map, data, view) {
    if (data.check) { return GT.startCheck(map, data, view); }
    map.getContainer().appendChild(GT.titleBlock(data));
    GT.draw(map, data, { bottom: document.body, switchOpen: window.innerWidth > 1000, view: view,
      room: window.innerWidth > 760 ? { paddingTopLeft: [210, 84], paddingBottomRight: [276, 12] }
        : { paddingTopLeft: [8, 200], paddingBottomRight: [8, 44] } });
    document.documentElement.dataset.ready = "yes";
    return undefined;
  }

  /* the data of a large page is deflated */
  GT.start = function (map, again) {
    if (again) { return begin(map, again, { center: map.getCenter(), zoom: map.getZoom() }); }
    var data = JSON.parse(document.getElementById("gt-data").textContent);
    if (!data.packed) { return begin(map, data); }
    if (typeof DecompressionStream === "undefined") {
      map.getContainer().textContent = "此浏览器版本过旧，无法打开这张地图，请升级浏览器。This browser is too old for this map; please update it.";
      return undefined;
    }
    return GT.inflated(data.packed).then(function (bytes) {
      begin(map, JSON.parse(new TextDecoder("utf-8").decode(bytes)));
    });
  };
})();
