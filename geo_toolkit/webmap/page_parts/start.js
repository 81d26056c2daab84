/* Puts the page together: draws the layers, then keeps symbols, names and legend in step. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;

  function fit(map, data, room) {
    map.fitBounds([[data.bounds[1], data.bounds[0]], [data.bounds[3], data.bounds[2]]], Object.assign({ animate: false }, room));
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

  GT.draw = function (map, data, options) {
    GT.words = data.words;
    GT.lang = data.lang;
    GT.cardOptions = { maxWidth: 330, minWidth: 220, autoPanPaddingTopLeft: options.room.paddingTopLeft || [20, 20],
      autoPanPaddingBottomRight: options.room.paddingBottomRight || [20, 20] };
    map.attributionControl && map.attributionControl.remove();
    L.control.zoom({ position: "topleft", zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out }).addTo(map);
    options.bottom.appendChild(GT.bottomLine(map, data));
    map.invalidateSize({ animate: false });
    fit(map, data, options.room);
    var ordered = data.layers.map(function (layer, at) { return { layer: layer, at: at }; });
    ordered.sort(function (a, b) { return a.layer.order - b.layer.order || a.at - b.at; });
    var state = { map: map, drawn: ordered.map(function (one) { return new GT.Drawn(map, one.layer); }) };
    state.placer = new GT.Placer(map, state.drawn);
    state.legend = GT.legend(data, window.innerWidth > 760);
    state.redraw = function () { redraw(state); };
    var box = map.getContainer();
    box.appendChild(GT.layerSwitch(data, state.drawn, state.redraw, options.switchOpen));
    box.appendChild(state.legend.box);
    box.appendChild(GT.northArrow(data.words));
    box.appendChild(homeButton(map, data, options));
    map.on("zoomend", state.redraw);
    map.on("moveend resize", function () { state.placer.names(); });
    [].forEach.call(box.querySelectorAll("details"), function (panel) {
      panel.addEventListener("toggle", function () { state.placer.names(); });
    });
    redraw(state);
    return state;
  };

  function homeButton(map, data, options) {
    var button = GT.element("button", "gt-home", "⤢");
    button.type = "button";
    button.title = data.words.home;
    button.setAttribute("aria-label", data.words.home);
    button.addEventListener("click", function () { fit(map, data, options.room); });
    L.DomEvent.disableClickPropagation(button);
    return button;
  }

  GT.start = function (map) {
    var data = JSON.parse(document.getElementById("gt-data").textContent);
    var box = map.getContainer();
    if (data.check) { return GT.startCheck(map, data); }
    box.appendChild(GT.titleBlock(data));
    GT.draw(map, data, { bottom: document.body, switchOpen: window.innerWidth > 1000,
      room: { paddingTopLeft: [210, 84], paddingBottomRight: [250, 12] } });
    document.documentElement.dataset.ready = "yes";
    return undefined;
  };
})();
