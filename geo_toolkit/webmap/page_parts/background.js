/* The background: tiles of a service, or one's own in the page or beside it; a page without any opens the same. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var WATER = /water|ocean|river|lake/i, ROAD = /road|transport|highway|street/i, GREEN = /park|forest|wood|green|landcover/i;

  function ownTiles(map, base) {
    var isVector = base.kind === "mvt";
    var Own = L.GridLayer.extend({
      createTile: function (coords, done) {
        var key = coords.z + "/" + coords.x + "/" + coords.y, text = base.tiles[key];
        if (isVector) { return vectorTile(base, key, coords, done); }
        var image = L.DomUtil.create("img");
        image.alt = "";
        image.onload = image.onerror = function () { done(null, image); };
        if (text) { image.src = text; } else { window.setTimeout(function () { done(null, image); }, 0); }
        return image;
      }
    });
    return new Own({ minNativeZoom: base.zooms[0], maxNativeZoom: base.zooms[1], minZoom: 0, maxZoom: 22 });
  }

  function vectorTile(base, key, coords, done) {
    var canvas = L.DomUtil.create("canvas"), bytes;
    canvas.width = canvas.height = 256;
    bytes = base.tiles ? Promise.resolve(base.tiles[key] ? GT.bytesOf(base.tiles[key]) : null)
      : window.fetch(base.urls[0].replace("{z}", coords.z).replace("{x}", coords.x).replace("{y}", coords.y)).then(function (answer) {
        return answer.status === 200 ? answer.arrayBuffer().then(function (b) { return new Uint8Array(b); }) : null;
      });
    bytes.then(function (data) { if (data) { paint(canvas.getContext("2d"), GT.decodeTile(data)); } done(null, canvas); })
      .catch(function (error) { done(error, canvas); });
    return canvas;
  }

  function paint(pen, layers) {
    layers.forEach(function (layer) {
      var scale = 256 / layer.extent, water = WATER.test(layer.name), road = ROAD.test(layer.name);
      pen.fillStyle = water ? "#CFE3F2" : GREEN.test(layer.name) ? "#E3EEDD" : "#EFEBE4";
      pen.strokeStyle = water ? "#A9C9E2" : road ? "#D8CDBB" : "#D5D5D5";
      [3, 2].forEach(function (kind) {
        pen.beginPath();
        layer.features.forEach(function (feature) {
          if (feature.type !== kind) { return; }
          feature.parts.forEach(function (part) {
            for (var i = 0; i < part.length; i += 2) {
              if (i) { pen.lineTo(part[i] * scale, part[i + 1] * scale); } else { pen.moveTo(part[i] * scale, part[i + 1] * scale); }
            }
            if (kind === 3) { pen.closePath(); }
          });
        });
        if (kind === 3) { pen.fill("evenodd"); }
        pen.lineWidth = kind === 2 && road ? 1.6 : 0.8;
        pen.stroke();
      });
    });
  }

  GT.background = function (map, data) {
    var base = data.basemap, failed = 0, loaded = 0;
    GT.notice("datum", base && base.note ? base.note : "");
    if (!base) { return; }
    function watch(layer) {
      layer.on("tileerror", function () {
        failed += 1;
        if (!loaded) { GT.notice("background", data.words.basemap_unreachable.replace("{}", base.title)); }
      });
      layer.on("tileload", function () { loaded += 1; GT.notice("background", ""); });
      layer.addTo(map);
    }
    if (base.tiles || base.kind === "mvt") { watch(ownTiles(map, base)); return; }
    base.urls.forEach(function (url) {
      watch(L.tileLayer(url, { subdomains: base.servers, maxNativeZoom: base.largestZoom, maxZoom: 22, minNativeZoom: base.zooms ? base.zooms[0] : 0,
        referrerPolicy: "origin", crossOrigin: false }));
    });
  };
})();
