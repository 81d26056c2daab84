/* The card of a feature. Every text is set as text, never as markup. */
(function () {
  "use strict";
  var GT = (window.GeoToolkit = window.GeoToolkit || {});

  GT.element = function (tag, name, text) {
    var made = document.createElement(tag);
    if (name) { made.className = name; }
    if (text !== undefined && text !== null) { made.textContent = text; }
    return made;
  };

  GT.card = function (feature) {
    var box = GT.element("div", "gt-card");
    var title = GT.element("h3", "", feature.n || feature.m.s);
    title.dir = "auto";
    box.appendChild(title);
    if (feature.m.s && feature.n) { box.appendChild(GT.element("p", "gt-kind", feature.m.s)); }
    if (feature.m.a && feature.m.a.length) {
      var table = GT.element("table");
      feature.m.a.forEach(function (fact) {
        var row = table.insertRow();
        row.appendChild(GT.element("th", "", fact[0]));
        var cell = GT.element("td", "", fact[1]);
        cell.dir = "auto";
        row.appendChild(cell);
      });
      box.appendChild(table);
    }
    (feature.m.f || []).forEach(function (line) {
      var small = GT.element("p", "gt-small", line);
      small.dir = "auto";
      box.appendChild(small);
    });
    return box;
  };
})();
