/* Lengths, areas and Gauss-Krueger coordinates on the CGCS2000 ellipsoid, and the shift of Chinese
 * web maps. Angles in degrees, lengths in metres. The tests compare each with an independent library.
 * Sources: Krueger's series as in Karney (2011), J. Geodesy 85; Vincenty (1975), Survey Review 23;
 * area by the equal-area latitude of Snyder (1987), USGS Professional Paper 1395. */
(function () {
  "use strict";
  var GT = (window.GeoToolkit = window.GeoToolkit || {});
  var A = 6378137, F = 1 / 298.257222101, N = F / (2 - F), E2 = F * (2 - F), E = Math.sqrt(E2), RAD = Math.PI / 180;
  var RADIUS = A / (1 + N) * (1 + N * N / 4 + Math.pow(N, 4) / 64 + Math.pow(N, 6) / 256);
  var FORWARD = [
    N / 2 - 2 * N * N / 3 + 5 * Math.pow(N, 3) / 16 + 41 * Math.pow(N, 4) / 180,
    13 * N * N / 48 - 3 * Math.pow(N, 3) / 5 + 557 * Math.pow(N, 4) / 1440,
    61 * Math.pow(N, 3) / 240 - 103 * Math.pow(N, 4) / 140,
    49561 * Math.pow(N, 4) / 161280];

  /* zone number and central meridian of the 3 degree zones */
  GT.zoneOf = function (lon) {
    var zone = Math.round(lon / 3);
    return { zone: zone, meridian: 3 * zone };
  };

  /* x north of the equator, y east with 500 km added, without the zone's number */
  GT.gaussKrueger = function (lon, lat, meridian) {
    var phi = lat * RAD, dl = (lon - meridian) * RAD, sin = Math.sin(phi);
    var t = Math.sinh(Math.atanh(sin) - E * Math.atanh(E * sin));
    var xi = Math.atan2(t, Math.cos(dl)), eta = Math.atanh(Math.sin(dl) / Math.sqrt(1 + t * t));
    var x = xi, y = eta;
    FORWARD.forEach(function (a, i) {
      var k = 2 * (i + 1);
      x += a * Math.sin(k * xi) * Math.cosh(k * eta);
      y += a * Math.cos(k * xi) * Math.sinh(k * eta);
    });
    return { x: RADIUS * x, y: RADIUS * y + 500000 };
  };

  /* length of the geodesic between two points given as [lat, lon] */
  GT.distanceM = function (from, to) {
    var b = A * (1 - F), L = (to[1] - from[1]) * RAD, lambda = L;
    var u1 = Math.atan((1 - F) * Math.tan(from[0] * RAD)), u2 = Math.atan((1 - F) * Math.tan(to[0] * RAD));
    var s1 = Math.sin(u1), c1 = Math.cos(u1), s2 = Math.sin(u2), c2 = Math.cos(u2);
    var sigma, ss, cs, sa, ca2, c2m;
    for (var round = 0; round < 100; round += 1) {
      var sl = Math.sin(lambda), cl = Math.cos(lambda);
      ss = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
      if (ss === 0) { return 0; }
      cs = s1 * s2 + c1 * c2 * cl;
      sigma = Math.atan2(ss, cs);
      sa = c1 * c2 * sl / ss;
      ca2 = 1 - sa * sa;
      c2m = ca2 === 0 ? 0 : cs - 2 * s1 * s2 / ca2;
      var C = F / 16 * ca2 * (4 + F * (4 - 3 * ca2)), before = lambda;
      lambda = L + (1 - C) * F * sa * (sigma + C * ss * (c2m + C * cs * (2 * c2m * c2m - 1)));
      if (Math.abs(lambda - before) < 1e-13) { break; }
    }
    var w = ca2 * (A * A - b * b) / (b * b);
    var big = 1 + w / 16384 * (4096 + w * (w * (320 - 175 * w) - 768)), small = w / 1024 * (256 + w * (w * (74 - 47 * w) - 128));
    return b * big * (sigma - small * ss * (c2m + small / 4 * (cs * (2 * c2m * c2m - 1) -
      small / 6 * c2m * (4 * ss * ss - 3) * (4 * c2m * c2m - 3))));
  };

  GT.lengthM = function (points) {
    return points.reduce(function (sum, at, i) { return i ? sum + GT.distanceM(points[i - 1], at) : 0; }, 0);
  };

  function equalArea(lat) {
    var s = Math.sin(lat * RAD);
    return (1 - E2) * (s / (1 - E2 * s * s) + Math.atanh(E * s) / E) / 2;
  }

  function upright(at) {
    var phi = at[0] * RAD, s = Math.sin(phi), v = 1 / Math.sqrt(1 - E2 * s * s);
    return [v * Math.cos(phi) * Math.cos(at[1] * RAD), v * Math.cos(phi) * Math.sin(at[1] * RAD), v * (1 - E2) * s];
  }

  /* latitude of a point near an ellipsoid of axis 1 (Bowring, one step) */
  function latitudeOf(p) {
    var flat = Math.hypot(p[0], p[1]), beta = Math.atan2(p[2], flat * (1 - F));
    return Math.atan2(p[2] + E2 / (1 - E2) * (1 - F) * Math.pow(Math.sin(beta), 3),
      flat - E2 * Math.pow(Math.cos(beta), 3)) / RAD;
  }

  /* [lat, lon] below the chord from a to b, a share of the way along it */
  function between(a, b, share) {
    var p = a.map(function (value, at) { return value + (b[at] - value) * share; });
    return [latitudeOf(p), Math.atan2(p[1], p[0]) / RAD];
  }

  /* area of the ring through [lat, lon], its edges the shortest way on the ground */
  GT.areaM2 = function (ring) {
    var sum = 0, origin = ring.length ? ring[0][1] : 0, floor = ring.length ? equalArea(ring[0][0]) : 0;
    ring.forEach(function (from, i) {
      var to = ring[(i + 1) % ring.length], a = upright(from), b = upright(to);
      var steps = Math.max(4, Math.ceil(GT.distanceM(from, to) / 1000));
      var lon = from[1] - origin, q = equalArea(from[0]) - floor;
      for (var k = 1; k <= steps; k += 1) {
        var half = between(a, b, (k - 0.5) / steps), end = between(a, b, k / steps);
        var nextLon = k === steps ? to[1] - origin : end[1] - origin, midLon = half[1] - origin;
        var nextQ = equalArea(k === steps ? to[0] : end[0]) - floor, midQ = equalArea(half[0]) - floor;
        var coarse = (nextLon - lon) * (q + nextQ) / 2;
        var fine = (midLon - lon) * (q + midQ) / 2 + (nextLon - midLon) * (midQ + nextQ) / 2;
        sum += (4 * fine - coarse) / 3;
        lon = nextLon; q = nextQ;
      }
    });
    return Math.abs(sum) * RAD * A * A;
  };

  /* ---- the datums of Chinese web maps: the public approximation, the same as the library's ---- */

  function gcj(lon, lat) {
    var x = lon - 105, y = lat - 35, root = Math.sqrt(Math.abs(x)), pi = Math.PI, sin = Math.sin, e2 = 0.00669342162296594323;
    var wave = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x);
    var north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + 2 / 3 * (wave + 20 * sin(pi * y) +
      40 * sin(pi / 3 * y) + 160 * sin(pi / 12 * y) + 320 * sin(pi / 30 * y));
    var east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + 2 / 3 * (wave + 20 * sin(pi * x) +
      40 * sin(pi / 3 * x) + 150 * sin(pi / 12 * x) + 300 * sin(pi / 30 * x));
    var magic = 1 - e2 * Math.pow(sin(lat * RAD), 2);
    return [lon + east * 180 / (6378245 / Math.sqrt(magic) * Math.cos(lat * RAD) * pi),
      lat + north * 180 / (6378245 * (1 - e2) / Math.pow(magic, 1.5) * pi)];
  }

  function bd(at) {
    var k = Math.PI * 3000 / 180, r = Math.hypot(at[0], at[1]) + 2e-5 * Math.sin(at[1] * k);
    var angle = Math.atan2(at[1], at[0]) + 3e-6 * Math.cos(at[0] * k);
    return [r * Math.cos(angle) + 0.0065, r * Math.sin(angle) + 0.006];
  }

  /* true lon, lat -> as a background of that datum shows it */
  GT.toDisplay = function (lon, lat, datum) {
    if (datum === "gcj02") { return gcj(lon, lat); }
    return datum === "bd09" ? bd(gcj(lon, lat)) : [lon, lat];
  };
  GT.fromDisplay = function (lon, lat, datum) {
    var x = lon, y = lat;
    if (datum !== "gcj02" && datum !== "bd09") { return [lon, lat]; }
    for (var round = 0; round < 30; round += 1) {
      var at = GT.toDisplay(x, y, datum), dx = lon - at[0], dy = lat - at[1];
      x += dx; y += dy;
      if (Math.max(Math.abs(dx), Math.abs(dy)) < 1e-10) { break; }
    }
    return [x, y];
  };
})();
