/* The row of tools: buttons, the boxes they open, notices on the map, full screen, language. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var el = GT.element;

  var ICONS = {
    home: "M3 9L9 3L15 9M5 8V15H13V8", search: "M3.5 7.5a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M11 11L15.5 15.5",
    measure: "M2 12L12 2L16 6L6 16ZM5 9L7 11M8 6L10 8M11 3L13 5", filter: "M2 3H16L11 9V15L7 13V9Z",
    swipe: "M9 1V17M6 6L3 9L6 12M12 6L15 9L12 12", full: "M2 6V2H6M12 2H16V6M16 12V16H12M6 16H2V12",
    print: "M5 6V2H13V6M5 12H3V6H15V12H13M5 10H13V16H5Z", picture: "M2 3H16V15H2ZM2 12L6 8L10 12L13 9L16 12M11 6h1"
  };

  function icon(name) {
    return GT.node("svg", { viewBox: "0 0 18 18", width: 18, height: 18, "aria-hidden": "true" }, [
      GT.node("path", { d: ICONS[name], fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linejoin": "round",
        "stroke-linecap": "round" })]);
  }

  GT.button = function (name, title, act) {
    var button = el("button", "gt-tool gt-tool-" + name);
    button.type = "button";
    button.title = title;
    button.setAttribute("aria-label", title);
    if (ICONS[name]) { button.appendChild(icon(name)); }
    button.addEventListener("click", act);
    return button;
  };

  /* a box that a tool opens; only one is open, Escape closes it */
  function Box(state, button, title, make) {
    this.state = state; this.button = button; this.title = title; this.makeBody = make; this.node = null;
    button.setAttribute("aria-expanded", "false");
  }
  Box.prototype.open = function () {
    var that = this;
    if (this.state.box) { this.state.box.close(); }
    this.node = el("section", "gt-panel gt-box");
    this.node.setAttribute("role", "dialog");
    this.node.setAttribute("aria-label", this.title);
    var head = el("div", "gt-box-head");
    head.appendChild(el("strong", "", this.title));
    var close = GT.button("close", GT.words.close, function () { that.close(); });
    close.textContent = "×";
    head.appendChild(close);
    this.node.appendChild(head);
    var body = el("div", "gt-body");
    this.node.appendChild(body);
    L.DomEvent.disableClickPropagation(this.node);
    L.DomEvent.disableScrollPropagation(this.node);
    this.node.addEventListener("keydown", function (event) { if (event.key === "Escape") { that.close(); } });
    this.state.map.getContainer().appendChild(this.node);
    this.button.setAttribute("aria-expanded", "true");
    this.state.box = this;
    this.closed = this.makeBody(body, this.state) || null;
    var first = this.node.querySelector(".gt-body input, .gt-body select, .gt-body button");
    if (first) { first.focus(); }
  };
  Box.prototype.close = function () {
    if (!this.node) { return; }
    this.node.remove();
    this.node = null;
    this.button.setAttribute("aria-expanded", "false");
    this.state.box = null;
    if (this.closed) { this.closed(); }
    this.button.focus();
  };

  function boxed(state, bar, name, title, make) {
    var box, button = GT.button(name, title, function () { if (box.node) { box.close(); } else { box.open(); } });
    box = new Box(state, button, title, make);
    bar.appendChild(button);
  }

  GT.toolbar = function (state, data, home) {
    var words = data.words, bar = el("div", "gt-tools");
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", words.tools);
    bar.appendChild(GT.button("home", words.home, home));
    boxed(state, bar, "search", words.search, GT.searchBox);
    boxed(state, bar, "measure", words.measure, GT.measureBox);
    boxed(state, bar, "filter", words.filter, GT.filterBox);
    boxed(state, bar, "swipe", words.swipe, GT.swipeBox);
    bar.appendChild(GT.button("full", words.full_screen, fullScreen));
    boxed(state, bar, "print", words.print, GT.printBox);
    bar.appendChild(GT.button("picture", words.picture, function () { GT.savePicture(state); }));
    if (data.other) {
      var other = data.other.words.language_name, lang = GT.button("lang", other, function () { GT.switchLanguage(state); });
      lang.textContent = other;
      lang.lang = data.other.lang === "en" ? "en" : "zh-CN";
      bar.appendChild(lang);
    }
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  };

  function fullScreen() {
    if (document.fullscreenElement) { document.exitFullscreen(); } else if (document.documentElement.requestFullscreen) {
      document.documentElement.requestFullscreen().catch(function () {});
    }
  }

  /* a line of text over the map for as long as it is true */
  GT.notice = function (key, text) {
    var box = document.querySelector(".gt-notices"), line = box && box.querySelector("[data-key=\"" + CSS.escape(key) + "\"]");
    if (!box || (!line && !text)) { return; }
    if (!text) { line.remove(); return; }
    if (!line) { line = el("p"); line.dataset.key = key; box.appendChild(line); }
    line.textContent = text;
  };

  /* ---- the filter of status and year ---- */

  GT.filterBox = function (body, state) {
    var words = GT.words, names = { e: words.existing, c: words.under_construction, p: words.planned, q: words.preliminary };
    Object.keys(names).forEach(function (code) {
      var label = el("label", "gt-one"), box = el("input");
      box.type = "checkbox";
      box.checked = GT.filter.statuses[code];
      box.addEventListener("change", function () { GT.filter.statuses[code] = box.checked; GT.refilter(state); });
      label.appendChild(box);
      label.appendChild(el("span", "", names[code]));
      body.appendChild(label);
    });
    var years = [];
    state.drawn.forEach(function (one) { one.layer.features.forEach(function (f) { if (f.y) { years.push(f.y); } }); });
    if (!years.length) { body.appendChild(el("p", "gt-hint", words.no_years)); return; }
    var low = Math.min.apply(null, years), high = Math.max.apply(null, years);
    var row = el("label", "gt-year"), text = el("output"), slider = el("input");
    slider.type = "range"; slider.min = low; slider.max = high + 1; slider.step = 1;
    slider.value = GT.filter.year || high + 1;
    function say() {
      var year = Number(slider.value), all = year > high;
      text.textContent = all ? words.all_years : words.until_year.replace("{}", year);
      GT.filter.year = all ? 0 : year;
    }
    slider.addEventListener("input", function () { say(); GT.refilter(state); });
    say();
    row.appendChild(text);
    row.appendChild(slider);
    body.appendChild(row);
    body.appendChild(el("p", "gt-hint", words.year_hint));
  };

  GT.refilter = function (state) {
    state.drawn.forEach(function (one) { if (one.refilter) { one.refilter(); } });
    state.styled = null;
    state.redraw();
    var plain = !GT.filter.year && Object.keys(GT.filter.statuses).every(function (code) { return GT.filter.statuses[code]; });
    GT.notice("filter", plain ? "" : GT.words.filtered);
  };

  /* ---- the other language: everything is drawn anew, the view stays ---- */

  function exchange(one, other) {
    Object.keys(other).forEach(function (name) {
      var kept = one[name];
      one[name] = other[name];
      other[name] = kept;
    });
  }

  GT.switchLanguage = function (state) {
    var data = state.data, map = state.map, box = map.getContainer(), options = state.mapOptions;
    var view = { center: map.getCenter(), zoom: map.getZoom() }, work = document.querySelector(".gt-work");
    if (state.whole) { state.whole(); }
    exchange(data, data.other);
    data.layers.forEach(function (layer) {
      if (layer.o) { exchange(layer, layer.o); }
      layer.features.forEach(function (feature) { if (feature.o) { exchange(feature, feature.o); } });
    });
    map.remove();
    box.textContent = "";
    [].forEach.call(document.querySelectorAll(".gt-bottom, .gt-banner"), function (part) { part.remove(); });
    if (work) { work.parentNode.insertBefore(box, work); work.remove(); }
    document.documentElement.lang = data.lang === "en" ? "en" : "zh-CN";
    document.title = data.title;
    delete document.documentElement.dataset.ready;
    GT.start(L.map(box, Object.assign({}, options, view)), data);
  };
})();
