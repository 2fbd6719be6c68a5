"use strict";
// From afar: circles for slums that are too small to see, and names that do not collide with them or each other.
(function (own) {
  const SMALL = 4, CROWDED = 70;  // pixels: the side of the ground of a kelurahan, the slums of a kabupaten/kota
  const LARGEST = {kabupaten_kota: 22, kelurahan: 17, kumuh: 17}, LEAST = 5;
  let map, shown = [], level = "", ring = null, old = null, labels = [];

  // A slice from one angle to the other, both in turns from above; a full turn is a disc.
  const Slice = () => L.CircleMarker.extend({_updatePath: function () {
    const {x, y} = this._point, r = this._radius, {from, to} = this.options;
    const at = turn => `${x + r * Math.sin(2 * Math.PI * turn)} ${y - r * Math.cos(2 * Math.PI * turn)}`;
    this._renderer._setPath(this, to - from > 0.9999 ? own.sign({tanda: "lingkaran"}, x, y, r)
      : `M${x} ${y}L${at(from)}A${r} ${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`);
  }});

  // How far away the map is: for each unit the size of its slums on the screen, the middle one by hectares.
  function middle(units, sizeOf) {
    const sized = units.map(one => [sizeOf(one), one.ha]).sort((one, other) => one[0] - other[0]);
    const half = sized.reduce((sum, one) => sum + one[1], 0) / 2;
    let sum = 0;
    return (sized.find(one => (sum += one[1]) >= half) || [Infinity])[0];
  }
  const of = name => own.data.simbol.filter(one => one.tingkat === name);
  function far() {
    const zoom = map.getZoom();
    const metres = one => 40075017 * Math.cos(one.di[0] * Math.PI / 180) / 256 / 2 ** zoom;
    const side = one => Math.sqrt(one.ha * 10000) / metres(one);
    const width = function ({kotak: [west, south, east, north]}) {
      const span = map.project([south, east], zoom).subtract(map.project([north, west], zoom));
      return Math.max(span.x, span.y);
    };
    const small = own.data.simbol.filter(one => one.tingkat !== "kabupaten_kota");
    if (!small.length || middle(small, side) >= SMALL) return "";
    return of("kabupaten_kota").length && middle(of("kabupaten_kota"), width) < CROWDED ? "kabupaten_kota" : "kelurahan";
  }

  // The paint whose classes cut the circles: what lies on top of the slums.
  function paint() {
    const cats = own.active().map(entry => own.paints[entry.cat]);
    return cats.find(one => one.nama.startsWith("skor ")) || cats.find(one => one.lapisan === "bidang")
      || cats.find(one => one.nama === "kumuh");
  }
  function slices(one, used) {
    const sums = new Map();
    for (const [kind, share] of one.bagian[used.nama] || []) {
      const look = used.sejak && used.sejak[kind] > own.state.t ? own.data.sisa : used.rupa[kind];
      sums.set(look, (sums.get(look) || 0) + share);
    }
    return [...sums];
  }
  const titleOf = one => one.tingkat === "kabupaten_kota" ? own.data.tempat.find(place => place.kelas === "wilayah" && place.baris === one.baris).nama
    : own.layers[one.tingkat].judul[one.baris];
  const bounds = one => own.data.tempat.find(place => place.kelas === "wilayah" && place.baris === one.baris).batas;

  // Smaller circles move aside for larger ones, where room is near.
  function place() {
    const zoom = map.getZoom(), placed = [];
    for (const one of shown) {
      const home = map.project(one.di, zoom);
      let at = home;
      for (let tries = 0; tries < 6; tries++) {
        const other = placed.find(known => known.at.distanceTo(at) < known.radius + one.radius);
        if (!other) break;
        const away = at.subtract(other.at), far = Math.hypot(away.x, away.y), reach = other.radius + one.radius + 1;
        at = far < 0.5 ? other.at.add([reach, 0]) : other.at.add(away.multiplyBy(reach / far));
      }
      if (at.distanceTo(home) > 3 * LARGEST.kelurahan) at = home;
      placed.push({at, radius: one.radius});
      one.now = map.unproject(at, zoom);
    }
  }
  function circle(one, radius, parts, pane, live) {
    const common = {pane: pane, radius: radius, interactive: false, stroke: false, from: 0, to: 1};
    const made = [new own.Slice(one.now, Object.assign({}, common, {fillColor: "#fff", fillOpacity: 0.95, interactive: live}))];
    let turn = 0;
    for (const [look, share] of parts) {
      const {fillColor, fillOpacity} = own.style(look);
      made.push(new own.Slice(one.now, Object.assign({}, common, {from: turn, to: turn + share, fillColor, fillOpacity})));
      turn += share;
    }
    made.push(new own.Slice(one.now, Object.assign({}, common, {stroke: true, color: "#22272b", weight: 1, fill: false})));
    if (!live) return made;
    made[0].bindTooltip(() => own.element("span", {textContent: own.read(titleOf(one))}), {direction: "top", offset: [0, -radius]});
    made[0].on("click", function (event) {
      L.DomEvent.stop(event);
      if (own.measuring) return;
      if (one.tingkat === "kabupaten_kota") own.fit(bounds(one)); else own.answer(event.latlng, one.tingkat, one.baris);
    });
    return made;
  }
  function redraw() {
    const used = level && paint();
    ring.clearLayers(); old.clearLayers();
    shown = used ? own.data.simbol.filter(one => one.tingkat === level || one.tingkat === "kumuh") : [];
    const most = Math.max(...shown.map(one => one.ha));
    for (const one of shown) one.radius = Math.max(LEAST, LARGEST[level] * Math.sqrt(one.ha / most));
    place();
    for (const one of shown) {
      circle(one, one.radius, slices(one, used), "simbol", true).forEach(part => ring.addLayer(part));
      if (own.swept()) circle(one, one.radius, [[own.data.sisa, 1]], "simbol_lama", false).forEach(part => old.addLayer(part));
    }
    const note = own.find("lingkaran");
    note.hidden = !shown.length;
    note.replaceChildren(...(shown.length ? [own.element("li", {}, sample(), own.element("span", {textContent: own.words["lingkaran_" + level]}))] : []));
  }
  function sample() {
    const disc = (x, r) => own.svg("path", {d: own.sign({tanda: "lingkaran"}, x, 8, r), fill: "#fff", stroke: "#22272b", "stroke-width": 1});
    return own.svg("svg", {width: 26, height: 16}, disc(5, 3.5), disc(17, 7));
  }
  // Once for all that changes at a time.
  let waiting = false;
  own.circled = function () {
    if (waiting || !ring) return;
    waiting = true;
    requestAnimationFrame(function () { waiting = false; level = far(); redraw(); tidy(); });
  };

  // Names: those of places with more slum first; what would lie upon another, or a circle, stays away.
  function tidy() {
    const size = map.getSize(), taken = [], several = labels.some(one => one.place.kelas === "wilayah");
    map.getContainer().classList.toggle("jauh", several && map.getZoom() < 11.5);
    const boxOf = (one, x, y, gap) => ({left: x - one.wide / 2, right: x + one.wide / 2,
      top: gap < 0 ? y + gap - one.high : gap > 0 ? y + gap : y - one.high / 2, bottom: gap < 0 ? y + gap : gap > 0 ? y + gap + one.high : y + one.high / 2});
    const apart = (box, other) => box.right + 3 < other.left || other.right + 3 < box.left || box.bottom + 1 < other.top || other.bottom + 1 < box.top;
    const discs = new Map(shown.map(function (one) {
      const {x, y} = map.latLngToContainerPoint(one.now);
      return [one.tingkat + one.baris, {left: x - one.radius, right: x + one.radius, top: y - one.radius, bottom: y + one.radius}];
    }));
    for (const one of labels) {
      const {place, label} = one, far = place.kelas === "wilayah";
      const disc = discs.get((far ? "kabupaten_kota" : "kelurahan") + place.baris), middle = map.latLngToContainerPoint(place.di);
      label.classList.add("tutup");
      // Beside the line of before and after, what is handled would be said of both.
      if (far) label.querySelector("small").textContent = own.swept() ? "" : share(place.baris);
      if (!one.wide || one.text !== label.textContent) Object.assign(one, {text: label.textContent, wide: label.firstChild.offsetWidth, high: label.firstChild.offsetHeight});
      if (!one.wide || (shown.length && !far && !disc) || (!disc && !far && tight(one))) continue;
      const x = disc ? (disc.left + disc.right) / 2 : middle.x;
      const tries = disc ? [[disc.top, -3], [disc.bottom, 3]] : far ? [[middle.y, -7]] : [[middle.y, 0]];
      for (const [y, gap] of tries) {
        const box = boxOf(one, x, y, gap);
        // Near the edge a name moves inwards, as far as it still is at its place.
        const inside = Math.max(0, 4 - box.left) - Math.max(0, box.right - size.x + 4);
        const moved = x > 0 && x < size.x && Math.abs(inside) < one.wide / 2 ? inside : 0;
        box.left += moved; box.right += moved;
        if (![...taken, ...discs.values()].every(other => other === disc || apart(box, other))) continue;
        taken.push(box);
        label.classList.remove("tutup");
        label.firstChild.style.transform = `translate(${box.left - middle.x}px, ${box.top - middle.y}px)`;
        break;
      }
    }
  }
  const share = row => `${own.words.tertangani} ${own.data.rekap.kabupaten_kota[row].angka[own.state.t][1]} %`;
  // Whether a name is much wider than what it names.
  function tight(one) {
    const [west, south, east, north] = own.layers.kelurahan.kotak[one.place.baris];
    const span = map.latLngToContainerPoint([south, east]).x - map.latLngToContainerPoint([north, west]).x;
    return one.wide > span * 1.3;
  }
  own.names = function () {
    map = own.map;
    own.Slice = Slice();
    ring = L.featureGroup().addTo(map); old = L.featureGroup().addTo(map);
    labels = own.data.tempat.map(function (place) {
      const words = own.element("span", {}, own.element("b", {textContent: own.read(place.nama)}), ...(place.kelas === "wilayah" ? [own.element("small", {})] : []));
      const icon = L.divIcon({className: "nama " + place.kelas, html: words, iconSize: [0, 0]});
      const marker = L.marker(place.di, {icon, interactive: Boolean(place.batas), keyboard: false}).addTo(map);
      if (place.batas) marker.on("click", () => own.fit(place.batas));
      return {place, label: marker.getElement()};
    });
    map.on("zoomend resize", own.circled);
    map.on("moveend", () => requestAnimationFrame(tidy));
    own.circled();
  };
})(petakumuh);
