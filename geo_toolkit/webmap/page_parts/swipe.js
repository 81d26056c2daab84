/* Two layers side by side: one shows left of a line, the other right of it; the line can be dragged. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var el = GT.element;

  function Swipe(state) {
    var that = this, box = state.map.getContainer();
    this.state = state;
    this.share = 0.5;
    this.left = this.right = "";
    this.bar = el("div", "gt-swipe-bar");
    this.bar.tabIndex = 0;
    this.bar.setAttribute("role", "slider");
    this.bar.setAttribute("aria-label", GT.words.swipe_line);
    this.bar.setAttribute("aria-valuemin", "0");
    this.bar.setAttribute("aria-valuemax", "100");
    this.bar.appendChild(el("span", "gt-swipe-grip", "⇔"));
    this.names = [el("span", "gt-swipe-name gt-swipe-left"), el("span", "gt-swipe-name gt-swipe-right")];
    this.names.forEach(function (name) { that.bar.appendChild(name); });
    L.DomEvent.disableClickPropagation(this.bar);
    this.bar.addEventListener("pointerdown", function (event) {
      that.bar.setPointerCapture(event.pointerId);
      that.bar.onpointermove = function (moved) {
        var frame = box.getBoundingClientRect();
        that.to((moved.clientX - frame.left) / frame.width);
      };
      event.preventDefault();
      that.bar.focus();
    });
    this.bar.addEventListener("pointerup", function () { that.bar.onpointermove = null; });
    this.bar.addEventListener("keydown", function (event) {
      var step = { ArrowLeft: -0.02, ArrowRight: 0.02, PageDown: -0.1, PageUp: 0.1 }[event.key];
      if (step) { that.to(that.share + step); event.preventDefault(); event.stopPropagation(); }
    });
    this.update = function () { that.cut(); };
    state.map.on("move zoom viewreset resize zoomend moveend", this.update);
    box.appendChild(this.bar);
  }

  Swipe.prototype.to = function (share) { this.share = Math.max(0.02, Math.min(0.98, share)); this.cut(); };

  Swipe.prototype.sideOf = function (id) { return id === this.left ? "left" : id === this.right ? "right" : ""; };

  /* whether a place of that layer is on the layer's own side */
  Swipe.prototype.shows = function (id, x) {
    var side = this.sideOf(id), line = this.share * this.state.map.getSize().x;
    return side === "" || (side === "left" ? x <= line : x >= line);
  };

  Swipe.prototype.cut = function () {
    var map = this.state.map, size = map.getSize(), x = this.share * size.x, that = this;
    this.bar.style.left = Math.round(x) + "px";
    this.bar.setAttribute("aria-valuenow", String(Math.round(this.share * 100)));
    this.state.drawn.forEach(function (one) {
      var pane = map.getPane(one.pane), side = that.sideOf(one.layer.id);
      if (!pane) { return; }
      var from = map.containerPointToLayerPoint([side === "right" ? x : 0, 0]);
      var to = map.containerPointToLayerPoint([side === "left" ? x : size.x, size.y]);
      pane.style.clip = side ? "rect(" + [from.y, to.x, to.y, from.x].map(function (n) { return n + "px"; }).join(",") + ")" : "";
    });
    this.state.placer.cut(this);
  };

  Swipe.prototype.choose = function (left, right) {
    var that = this;
    this.left = left; this.right = right;
    [left, right].forEach(function (id, at) {
      var layer = that.state.layerOf(id);
      that.names[at].textContent = layer ? layer.title : "";
      if (layer && !layer.on) { that.state.setOn(id, true); }
    });
    this.cut();
  };

  Swipe.prototype.remove = function () {
    this.left = this.right = "";
    this.cut();
    this.state.map.off("move zoom viewreset resize zoomend moveend", this.update);
    this.bar.remove();
  };

  GT.swipeBox = function (body, state) {
    var layers = state.drawn.map(function (one) { return one.layer; }).filter(function (layer) {
      return layer.features.length || layer.tiles || layer.picture;
    }).reverse();
    if (layers.length < 2) { body.appendChild(el("p", "gt-hint", GT.words.swipe_none)); return undefined; }
    var swipe = new Swipe(state), chosen = [layers[0].id, layers[1].id];
    [GT.words.left, GT.words.right].forEach(function (title, at) {
      var label = el("label", "gt-choice"), select = el("select");
      label.appendChild(el("span", "", title));
      layers.forEach(function (layer) {
        var option = el("option", "", layer.title);
        option.value = layer.id;
        option.selected = layer.id === chosen[at];
        select.appendChild(option);
      });
      select.addEventListener("change", function () { chosen[at] = select.value; swipe.choose(chosen[0], chosen[1]); });
      label.appendChild(select);
      body.appendChild(label);
    });
    body.appendChild(el("p", "gt-hint", GT.words.swipe_hint));
    state.swipe = swipe;
    swipe.choose(chosen[0], chosen[1]);
    return function () { state.swipe = null; swipe.remove(); };
  };
})();
