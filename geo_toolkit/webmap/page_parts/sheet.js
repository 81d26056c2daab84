/* The map as one drawing for paper and pictures: title, map, legend, north arrow, scale bar, credits.
 * Everything in it is drawn anew from the page's own data; pictures of other hosts stay out. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var FONT = "system-ui, 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";
  var PAPER = { A4: [281, 194], A3: [404, 281] }, PER_MM = 96 / 25.4, GAP = 10, SMALLEST = 0.72;
  var ruler = null;

  function wide(text, size, weight) {
    ruler = ruler || document.createElement("canvas").getContext("2d");
    ruler.font = (weight || 400) + " " + size + "px " + FONT;
    return ruler.measureText(text).width;
  }

  /* Latin words stay whole, Chinese text breaks anywhere */
  function lines(text, size, room, weight) {
    var words = text.match(/[A-Za-z0-9.,:;()/%+\-©]+\s*|./gu) || [], out = [], line = "";
    words.forEach(function (word) {
      if (line && !/^[，。、；：）,.;:)]/.test(word) && wide((line + word).trim(), size, weight) > room) { out.push(line.trim()); line = ""; }
      line += word;
    });
    if (line.trim()) { out.push(line.trim()); }
    return out;
  }

  function write(into, text, x, y, look) {
    var node = GT.node("text", Object.assign({ x: x, y: y, "font-family": FONT, "font-size": 11, fill: "#1F2937" }, look));
    node.textContent = sayable(text);
    into.appendChild(node);
    return node;
  }

  /* what XML cannot carry would spoil the whole picture */
  function sayable(text) {
    return String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?:[^\ud800-\udbff]|^)[\udc00-\udfff]/g, "\ufffd");
  }

  function nested(svg, x, y, width, height) {
    var copy = svg.cloneNode(true);
    copy.removeAttribute("class");
    Object.entries({ x: x, y: y, width: width, height: height, overflow: "visible" }).forEach(function (pair) { copy.setAttribute(pair[0], pair[1]); });
    return copy;
  }

  /* ---- the map itself ---- */

  function picture(node, frame, href) {
    var r = node.getBoundingClientRect();
    return GT.node("image", { x: r.left - frame.left, y: r.top - frame.top, width: r.width, height: r.height, href: href,
      opacity: getComputedStyle(node).opacity, preserveAspectRatio: "none" });
  }

  function mapNode(state, options) {
    var map = state.map, at = L.DomUtil.getPosition(map.getPane("mapPane")), frame = map.getContainer().getBoundingClientRect();
    var all = GT.node("g"), shift = "translate(" + at.x + "," + at.y + ")";
    [].forEach.call(map.getPane("tilePane").querySelectorAll("img, canvas"), function (tile) {
      var isOwn = tile.tagName === "CANVAS" || /^data:/.test(tile.src);
      if (isOwn || options.online) { all.appendChild(picture(tile, frame, tile.tagName === "CANVAS" ? tile.toDataURL() : tile.src)); }
    });
    state.drawn.forEach(function (one) {
      if (!map.hasLayer(one.group)) { return; }
      if (one.tiles) {
        [].forEach.call(one.group.getContainer().querySelectorAll("canvas"), function (tile) { all.appendChild(picture(tile, frame, tile.toDataURL())); });
      } else if (one.layer.picture) {
        all.appendChild(picture(one.group.getElement(), frame, one.layer.picture));
      } else if (one.renderer && one.renderer._rootGroup) {
        var copy = one.renderer._rootGroup.cloneNode(true);
        [].forEach.call(copy.querySelectorAll("[stroke-opacity='0']"), function (path) { path.remove(); });
        copy.setAttribute("transform", shift);
        all.appendChild(copy);
      }
    });
    var top = GT.node("g", { transform: shift }), grow = GT.growth(map.getZoom());
    state.placer.shown.slice().sort(function (a, b) { return b.rank - a.rank; }).forEach(function (point) {
      if (point.picture) { top.appendChild(nested(point.picture, point.spot.x - 16 * grow, point.spot.y - 16 * grow, 32 * grow, 32 * grow)); }
    });
    state.placer.named.forEach(function (name) { top.appendChild(nameNode(name)); });
    all.appendChild(top);
    return all;
  }

  function nameNode(name) {
    if (name.shield) { return nested(name.shield, name.spot.x - name.wide / 2, name.spot.y - 8.5, name.wide, 17); }
    var style = getComputedStyle(name.node), look = { x: 0, y: 0, "text-anchor": "middle", "dominant-baseline": "central",
      "font-size": name.size, "font-weight": style.fontWeight, fill: style.color, "letter-spacing": style.letterSpacing === "normal" ? 0 : style.letterSpacing,
      "font-family": style.fontFamily, stroke: "#FFFFFF", "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke",
      transform: "translate(" + name.spot.x + "," + name.spot.y + ") rotate(" + name.spot.turn.toFixed(1) + ")" };
    var holder = GT.node("g");
    write(holder, name.text, 0, 0, look);
    return holder;
  }

  /* ---- what stands around it ---- */

  function legendRows(state, room, isBrief) {
    var rows = [], source = GT.words.source;
    GT.legendEntries(state.drawn, state.map.getZoom() + (GT.ease || 0)).forEach(function (found) {
      var entries = found[1], block = [], note = (found[0].note || []).filter(function (part) {
        return !isBrief || part.indexOf(source) !== 0;
      }).join(GT.lang === "en" ? ", " : "，");
      entries.forEach(function (entry) {
        block.push({ swatch: entry[0], lines: lines(entry[1], 11, room - 38) });
      });
      block[block.length - 1].note = note ? lines(note, 9, room - 38) : [];
      block.forEach(function (row) { row.high = Math.max(18, row.lines.length * 14 + (row.note || []).length * 11 + 4); });
      rows.push(block);
    });
    return rows;
  }

  function highOf(block) { return block.reduce(function (sum, row) { return sum + row.high; }, 3); }

  /* whether blocks find room in columns of a height, below the heading */
  function doFit(blocks, columns, high) {
    var column = 0, at = 22;
    blocks.forEach(function (block) {
      if (at + highOf(block) > high && at > 22) { column += 1; at = 22; }
      at += highOf(block);
      if (at > high) { column = columns; }
    });
    return column < columns;
  }

  /* the largest form in which all of the legend is there; where it is long, without the sources */
  function legendForm(state, narrow, columns, high) {
    var forms = [];
    [false, true].forEach(function (isBrief) {
      [1, 0.92, 0.85, 0.78, SMALLEST].forEach(function (scale) { forms.push({ scale: scale, brief: isBrief }); });
    });
    return forms.filter(function (form) {
      return doFit(legendRows(state, narrow / form.scale, form.brief), columns, high / form.scale);
    })[0] || null;
  }

  function legend(paper, state, left, above, narrow, columns, high) {
    var form = legendForm(state, narrow, columns, high) || { scale: SMALLEST, brief: true };
    var into = GT.node("g", { transform: "translate(" + left + "," + above + ") scale(" + form.scale + ")" });
    paper.appendChild(into);
    return legendAt(into, state, 0, 0, narrow / form.scale, columns, high / form.scale, form.brief);
  }

  function legendAt(into, state, x, y, room, columns, mostHigh, isBrief) {
    var blocks = legendRows(state, room, isBrief), column = 0, at = y;
    write(into, GT.words.legend, x, y + 12, { "font-size": 13, "font-weight": 700 });
    at += 22;
    var top = at, lowest = at, dropped = 0;
    blocks.forEach(function (block) {
      var high = highOf(block);
      if (at + high > y + mostHigh && at > top) { column += 1; at = top; }
      if (column >= columns || at + high > y + mostHigh) { dropped += 1; return; }
      block.forEach(function (row) {
        var left = x + column * (room + GAP), box = (row.swatch.getAttribute("viewBox") || "0 0 34 14").split(" ").map(Number);
        var isWide = box[2] > box[3], size = isWide ? [34, 14] : [22, 22];
        into.appendChild(nested(row.swatch, left + (34 - size[0]) / 2, at + 9 - size[1] / 2, size[0], size[1]));
        row.lines.forEach(function (text, i) { write(into, text, left + 40, at + 13 + i * 14, {}); });
        (row.note || []).forEach(function (text, i) {
          write(into, text, left + 40, at + 10 + row.lines.length * 14 + i * 11, { "font-size": 9, fill: "#4B5563" });
        });
        at += row.high;
      });
      at += 3;
      lowest = Math.max(lowest, at);
    });
    if (dropped) { write(into, GT.words.legend_more.replace("{}", dropped), x, y + mostHigh - 2, { "font-size": 9, fill: "#4B5563" }); }
    return lowest;
  }

  function northNode(x, y) {
    return GT.node("g", { transform: "translate(" + x + "," + y + ")" }, [GT.node("rect", { x: -14, y: -4, width: 28, height: 44, fill: "#FFFFFF", "fill-opacity": 0.85 }),
      GT.node("path", { d: "M0 1L6 22L0 17.5Z", fill: "#1F2937" }), GT.node("path", { d: "M0 1L-6 22L0 17.5Z", fill: "#FFFFFF", stroke: "#1F2937" })]);
  }

  function scaleNode(into, x, y, paper) {
    var now = GT.scaleOf(), half = now.pixels / 2;
    into.appendChild(GT.node("rect", { x: x, y: y, width: half, height: 5, fill: "#1F2937", stroke: "#1F2937" }));
    into.appendChild(GT.node("rect", { x: x + half, y: y, width: half, height: 5, fill: "#FFFFFF", stroke: "#1F2937" }));
    write(into, now.bar, x + now.pixels + 6, y + 7, { "font-size": 10.5 });
    if (!paper) { return x + now.pixels + 70; }
    var metres = GT.metresPerPixel(GT.sheetMap) / (0.0254 / 96), power = Math.pow(10, Math.floor(Math.log(metres) / Math.LN10) - 1);
    var text = GT.words.scale_about.replace("{}", GT.grouped(Math.round(metres / power) * power));
    text += GT.lang === "en" ? " (" + paper + ")" : "（" + paper + " 幅面）";
    write(into, text, x + now.pixels + 64, y + 7, { "font-size": 10.5 });
    return x + now.pixels + 64 + wide(text, 10.5) + 24;
  }

  function credits(state, data, options) {
    var list = data.credits.slice(), words = GT.words;
    if (data.sheetNotes) { list = list.concat(data.sheetNotes); }
    if (data.basemap && !(options.online || data.basemap.tiles)) { list.push(words.basemap_left_out); } else if (data.basemap) { list.push(data.basemap.credit); }
    if (data.basemap && data.basemap.note) { list.push(data.basemap.note); }
    [].forEach.call(document.querySelectorAll(".gt-notices p"), function (line) { list.push(line.textContent); });
    return list.filter(Boolean);
  }

  /* sizes of the parts on a sheet of that many pixels */
  function layout(state, width, height, options) {
    var data = state.data, isTall = height > width, side = isTall ? 0 : 206, foot = isTall ? Math.round(height * 0.25) : 0;
    var text = lines(credits(state, data, options).join(GT.lang === "en" ? " · " : "　"), 9.5, width - 2);
    var sub = data.subtitle.reduce(function (all, line) { return all.concat(lines(line, 12, width - 80)); }, []).slice(0, 3);
    var head = 34 + sub.length * 16, bottom = 24 + text.length * 13;
    var columns = isTall ? 4 : 1, high = height - head - bottom;
    GT.ease = 1;
    if (!isTall && !legendForm(state, side - GAP - 2, 1, high)) { columns = 2; side = 2 * side - 12; }
    GT.ease = 0;
    return { width: width, height: height, head: head, side: side, columns: columns, foot: foot, bottom: bottom, text: text, sub: sub, isTall: isTall,
      map: { x: 0, y: head, width: width - side, height: height - head - foot - bottom } };
  }

  function compose(state, plan, options) {
    var edge = options.edge || 0, svg = GT.node("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: [-edge, -edge, plan.width + 2 * edge, plan.height + 2 * edge].join(" "), width: plan.width,
      height: plan.height, "class": "gt-sheet-drawing" });
    var m = plan.map, id = "gt-sheet-frame";
    svg.appendChild(GT.node("defs", {}, [GT.node("clipPath", { id: id }, [GT.node("rect", { x: 0, y: 0, width: m.width, height: m.height })])]
      .concat([].map.call(document.getElementById("gt-patterns").children, function (pattern) { return pattern.cloneNode(true); }))));
    svg.appendChild(GT.node("rect", { x: -edge, y: -edge, width: plan.width + 2 * edge, height: plan.height + 2 * edge, fill: "#FFFFFF" }));
    var title = lines(state.data.title, 20, plan.width - 20, 700)[0] || "";
    write(svg, title, plan.width / 2, 22, { "font-size": 20, "font-weight": 700, "text-anchor": "middle" });
    plan.sub.forEach(function (line, i) { write(svg, line, plan.width / 2, 41 + i * 16, { "font-size": 12, fill: "#4B5563", "text-anchor": "middle" }); });
    svg.appendChild(GT.node("g", { transform: "translate(" + m.x + "," + m.y + ")", "clip-path": "url(#" + id + ")" }, [
      GT.node("rect", { width: m.width, height: m.height, fill: "#FFFFFF" }), mapNode(state, options)]));
    svg.appendChild(GT.node("rect", { x: m.x + 0.5, y: m.y + 0.5, width: m.width - 1, height: m.height - 1, fill: "none", stroke: "#1F2937" }));
    svg.appendChild(northNode(m.x + m.width - 22, m.y + 12));
    write(svg, GT.words.north, m.x + m.width - 22, m.y + 47, { "text-anchor": "middle", "font-size": 10 });
    if (plan.isTall) { legend(svg, state, 2, m.y + m.height + 8, (plan.width - 4) / 4 - GAP, 4, plan.foot - 10); } else {
      legend(svg, state, m.width + GAP, plan.head, (plan.side - 2) / plan.columns - GAP, plan.columns, plan.height - plan.head - plan.bottom);
    }
    var y = plan.height - plan.bottom + 10;
    scaleNode(svg, 1, y, options.paper);
    own(svg);
    plan.text.forEach(function (line, i) { write(svg, line, 1, y + 22 + i * 13, { "font-size": 9.5, fill: "#4B5563" }); });
    return svg;
  }

  /* the page's own patterns may not be used while the page itself is hidden */
  function own(svg) {
    [].forEach.call(svg.querySelectorAll("pattern"), function (pattern) { pattern.id = "sheet-" + pattern.id; });
    [].forEach.call(svg.querySelectorAll("[fill^='url(#gt-']"), function (node) {
      node.setAttribute("fill", node.getAttribute("fill").replace("url(#", "url(#sheet-"));
    });
  }

  /* ---- the page's map takes the sheet's size for as long as the drawing is made ---- */

  function resized(state, plan) {
    var map = state.map, box = map.getContainer(), view = { center: map.getCenter(), zoom: map.getZoom(), bounds: map.getBounds() };
    var size = map.getSize(), before = state.room.paddingTopLeft || [0, 0], after = state.room.paddingBottomRight || [0, 0];
    var free = L.latLngBounds(map.containerPointToLatLng(before), map.containerPointToLatLng([size.x - after[0], size.y - after[1]]));
    box.style.flex = "none";
    box.style.width = plan.map.width + "px";
    box.style.height = plan.map.height + "px";
    box.style.minWidth = "0";
    state.placer.alone = true;
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(state.atHome ? GT.boundsOf(state.data) : free, { animate: false });
    GT.ease = 1;
    state.redraw();
    GT.sheetMap = map;
    return function () {
      ["flex", "width", "height", "minWidth"].forEach(function (name) { box.style[name] = ""; });
      state.placer.alone = false;
      GT.ease = 0;
      map.invalidateSize({ animate: false, pan: false });
      map.setView(view.center, view.zoom, { animate: false });
      state.redraw();
    };
  }

  function sizeOf(paper, isTall) {
    var mm = PAPER[paper];
    return (isTall ? [mm[1], mm[0]] : mm).map(function (side) { return Math.round(side * PER_MM); });
  }

  function tilesLoaded(state) {
    var waiting = state.drawn.filter(function (one) { return one.tiles && state.map.hasLayer(one.group) && one.group.isLoading(); });
    return Promise.race([new Promise(function (done) { window.setTimeout(done, 4000); }), Promise.all(waiting.map(function (one) {
      return new Promise(function (done) { one.group.once("load", done); });
    }))]);
  }

  function sheetNow(state, paper, isTall) {
    var online = state.data.basemap && state.data.basemap.urls && !state.data.basemap.screenOnly;
    var options = { paper: paper, online: online }, size = sizeOf(paper, isTall), plan = layout(state, size[0], size[1], options);
    var restore = resized(state, plan);
    return { options: options, plan: plan, restore: restore, draw: function () { return compose(state, plan, options); } };
  }

  function place(drawing) {
    var old = document.querySelector(".gt-sheet"), sheet = GT.element("div", "gt-sheet");
    if (old) { old.remove(); }
    sheet.appendChild(drawing);
    document.body.appendChild(sheet);
  }

  var pageRule = null;
  function pageSize(paper, isTall) {
    var sheet = [].filter.call(document.styleSheets, function (one) { return one.ownerNode && one.ownerNode.tagName === "STYLE"; })[0];
    if (pageRule !== null) { sheet.deleteRule(pageRule); }
    pageRule = sheet.insertRule("@page { size: " + paper + (isTall ? " portrait" : " landscape") + "; margin: 8mm; }", sheet.cssRules.length);
  }

  GT.printBox = function (body, state) {
    var words = GT.words, paper = "A4", isTall = false;
    function choice(name, title, entries, chosen) {
      var set = GT.element("div", "gt-kinds");
      entries.forEach(function (entry) {
        var label = GT.element("label"), radio = GT.element("input");
        radio.type = "radio"; radio.name = "gt-" + name; radio.checked = entry[0] === chosen();
        radio.addEventListener("change", function () { title(entry[0]); });
        label.appendChild(radio);
        label.appendChild(GT.element("span", "", entry[1]));
        set.appendChild(label);
      });
      body.appendChild(set);
    }
    choice("paper", function (value) { paper = value; }, [["A4", "A4"], ["A3", "A3"]], function () { return paper; });
    choice("way", function (value) { isTall = value; }, [[false, words.landscape], [true, words.portrait]], function () { return isTall; });
    if (state.data.basemap && state.data.basemap.screenOnly) { body.appendChild(GT.element("p", "gt-hint", words.basemap_left_out)); }
    var go = GT.element("button", "gt-go", words.print);
    go.type = "button";
    go.addEventListener("click", function () {
      var made = sheetNow(state, paper, isTall);
      tilesLoaded(state).then(function () {
        place(made.draw());
        made.restore();
        pageSize(paper, isTall);
        GT.sheetReady = true;
        window.print();
      });
    });
    body.appendChild(go);
  };

  /* printing by the browser's own command: A4, the way the paper lies is the browser's */
  GT.followPrinting = function (state) {
    GT.printed = state;
    if (GT.followed) { return; }
    GT.followed = true;
    window.addEventListener("beforeprint", function () {
      if (GT.sheetReady) { return; }
      var made = sheetNow(GT.printed, "A4", false);
      made.options.paper = "";
      place(made.draw());
      made.restore();
    });
    window.addEventListener("afterprint", function () { GT.sheetReady = false; });
  };

  /* ---- a picture ---- */

  GT.pictureOf = function (state) {
    var box = state.map.getSize(), options = { paper: "", online: false, edge: 16 };
    var plan = layout(state, Math.max(900, box.x), Math.max(640, box.y), options), restore = resized(state, plan);
    return tilesLoaded(state).then(function () {
      var drawing = compose(state, plan, options);
      restore();
      var text = new XMLSerializer().serializeToString(drawing);
      return new Promise(function (done, failed) {
        var image = new Image();
        image.onload = function () {
          var canvas = document.createElement("canvas"), ratio = 2;
          canvas.width = plan.width * ratio;
          canvas.height = plan.height * ratio;
          canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
          canvas.toBlob(function (blob) { if (blob) { done(blob); } else { failed(new Error("no picture")); } }, "image/png");
        };
        image.onerror = function () { failed(new Error("no picture")); };
        image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
      });
    });
  };

  GT.savePicture = function (state) {
    GT.pictureOf(state).then(function (blob) {
      var link = document.createElement("a"), name = state.data.title.replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 60) || "map";
      link.href = URL.createObjectURL(blob);
      link.download = name + ".png";
      link.click();
      window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
    }).catch(function () { GT.notice("picture", GT.words.picture_failed); });
  };
})();
