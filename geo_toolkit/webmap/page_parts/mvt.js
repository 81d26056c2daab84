/* Reads vector tiles (Mapbox format, version 2): geometry at once, attributes when they are asked for. */
(function () {
  "use strict";
  var GT = window.GeoToolkit;
  var text = new TextDecoder("utf-8");

  function Reader(bytes, from, to) { this.b = bytes; this.at = from; this.end = to; }
  Reader.prototype.varint = function () {
    var value = 0, factor = 1, byte;
    do {
      byte = this.b[this.at]; this.at += 1;
      value += (byte & 127) * factor; factor *= 128;
    } while (byte > 127);
    return value;
  };
  Reader.prototype.each = function (fields) {
    while (this.at < this.end) {
      var key = this.varint(), field = key >> 3, wire = key & 7;
      if (wire === 2) {
        var size = this.varint(), inner = new Reader(this.b, this.at, this.at + size);
        this.at += size;
        if (fields[field]) { fields[field](inner); }
      } else if (wire === 0) {
        var value = this.varint();
        if (fields[field]) { fields[field](value); }
      } else {
        var start = this.at;
        this.at += wire === 1 ? 8 : 4;
        if (fields[field]) { fields[field](new DataView(this.b.buffer, this.b.byteOffset + start, this.at - start)); }
      }
    }
  };
  Reader.prototype.text = function () { return text.decode(this.b.subarray(this.at, this.end)); };

  function signed(number) { return number % 2 ? -(number + 1) / 2 : number / 2; }

  function valueOf(reader) {
    var found = null;
    reader.each({
      1: function (r) { found = r.text(); }, 2: function (v) { found = v.getFloat32(0, true); },
      3: function (v) { found = v.getFloat64(0, true); }, 4: function (n) { found = n; }, 5: function (n) { found = n; },
      6: function (n) { found = signed(n); }, 7: function (n) { found = n === 1; }
    });
    return found;
  }

  /* parts as flat lists x, y, x, y …, with the box around them all */
  function geometry(r, feature) {
    var x = 0, y = 0, parts = [], part = null, box = [Infinity, Infinity, -Infinity, -Infinity];
    while (r.at < r.end) {
      var command = r.varint(), count = command >> 3, kind = command & 7;
      for (var i = 0; i < count && kind !== 7; i += 1) {
        x += signed(r.varint()); y += signed(r.varint());
        if (kind === 1) { part = []; parts.push(part); }
        part.push(x, y);
        if (x < box[0]) { box[0] = x; } if (x > box[2]) { box[2] = x; }
        if (y < box[1]) { box[1] = y; } if (y > box[3]) { box[3] = y; }
      }
    }
    feature.parts = parts; feature.box = box;
  }

  GT.decodeTile = function (bytes) {
    var layers = [];
    new Reader(bytes, 0, bytes.length).each({ 3: function (body) {
      var layer = { name: "", extent: 4096, features: [], keys: [], values: [] };
      body.each({
        1: function (r) { layer.name = r.text(); },
        2: function (r) {
          var feature = { id: 0, type: 0, parts: [], box: null, tags: [], layer: layer };
          r.each({ 1: function (n) { feature.id = n; }, 3: function (n) { feature.type = n; },
            2: function (t) { while (t.at < t.end) { feature.tags.push(t.varint()); } },
            4: function (g) { geometry(g, feature); } });
          layer.features.push(feature);
        },
        3: function (r) { layer.keys.push(r.text()); }, 4: function (r) { layer.values.push(valueOf(r)); },
        5: function (n) { layer.extent = n; }
      });
      layers.push(layer);
    } });
    return layers;
  };

  GT.tagsOf = function (feature) {
    var found = {};
    for (var i = 0; i + 1 < feature.tags.length; i += 2) {
      found[feature.layer.keys[feature.tags[i]]] = feature.layer.values[feature.tags[i + 1]];
    }
    return found;
  };
  GT.tagOf = function (feature, key) {
    for (var i = 0; i + 1 < feature.tags.length; i += 2) {
      if (feature.layer.keys[feature.tags[i]] === key) { return feature.layer.values[feature.tags[i + 1]]; }
    }
    return undefined;
  };

  GT.bytesOf = function (base64) {
    var raw = atob(base64), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i += 1) { bytes[i] = raw.charCodeAt(i); }
    return bytes;
  };
  /* deflated base64 -> promise of bytes */
  GT.inflated = function (base64) {
    if (typeof DecompressionStream === "undefined") { return Promise.reject(new Error("DecompressionStream")); }
    var stream = new Blob([GT.bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).arrayBuffer().then(function (buffer) { return new Uint8Array(buffer); });
  };
})();
