"use strict";
// Shapes on the map: as SVG one by one, or as tiles of many; both painted by the same looks, both answer a click.
(function (own) {
  const PANES = {kelurahan: 350, kumuh: 355, bidang: 360, sebelum: 362, batas: 364, penanganan: 370, simbol_lama: 373, simbol: 374, sorot: 380, temuan: 390, ukur: 640};
  const RANK = ["kelurahan", "kumuh", "bidang", "batas", "penanganan", "temuan"];
  let map, tiled = null, before = null, beforeTiled = null;
  const drawn = new Map();  // entry -> its group of shapes

  own.latlngs = shape => shape.map(part => part.map(function (ring) {
    const corners = [];
    for (let at = 0, x = 0, y = 0; at < ring.length; at += 2) {
      x += ring[at]; y += ring[at + 1];
      corners.push([y / 1e6, x / 1e6]);
    }
    return corners;
  }));
  own.bounds = function (level, row) {
    const [west, south, east, north] = own.layers[level].kotak[row];
    return L.latLngBounds([south, west], [north, east]);
  };

  // The class that a row has at the stop of the slider.
  own.kind = function (paint, row) {
    return paint.langkah ? paint.langkah[own.state.t][row] : paint.kelas[row];
  };
  own.look = function (paint, row) {
    const kind = own.kind(paint, row);
    return paint.sejak && paint.sejak[kind] > own.state.t ? own.data.sisa : paint.rupa[kind];
  };

  function shapeOf(layer, row, style) {
    const shape = layer.bentuk[row];
    if (typeof shape[0] !== "number") return L.polygon(own.latlngs(shape), style);
    return new own.Sign([shape[1] / 1e6, shape[0] / 1e6], style);
  }
  function group(entry) {
    if (drawn.has(entry)) return drawn.get(entry);
    const paint = own.paints[entry.cat], layer = own.layers[paint.lapisan], picked = new Set(entry.pilih);
    const made = L.featureGroup([], {pane: layer.nama});
    layer.judul.forEach(function (title, row) {
      if (!layer.bentuk[row].length || !picked.has(paint.kelas[row])) return;
      const look = own.look(paint, row);
      const style = Object.assign(own.style(look), {pane: layer.nama, smoothFactor: 0.6, radius: 7, look: look, weight: look.tebal * thin});
      made.addLayer(Object.assign(shapeOf(layer, row, style), {row: row}));
    });
    listen(made, layer.nama);
    drawn.set(entry, made);
    return made;
  }
  function listen(made, pane) {
    made.bindTooltip(one => own.element("span", {textContent: own.read(own.layers[pane].judul[one.row])}), {sticky: true});
    made.on("click", function (event) {
      L.DomEvent.stop(event);
      answer(event.latlng, pane, event.layer.row);
    });
    const weight = one => (one.options.look.tebal || 1) * thin;
    made.on("mouseover", event => event.layer.setStyle({weight: weight(event.layer) + 1.6}));
    made.on("mouseout", event => event.layer.setStyle({weight: weight(event.layer)}));
  }

  // Outlines of slums lie above the ground in them; their fill lies below it.
  let outlines = null;
  function outline() {
    const layer = own.layers.kumuh, paint = own.paints.kumuh;
    if (!layer || !layer.bentuk) return null;
    const made = L.featureGroup(layer.bentuk.map(function (shape, row) {
      const look = own.look(paint, row);
      const style = {pane: "batas", fill: false, color: look.garis, weight: look.tebal * thin, smoothFactor: 0.6, look: look};
      return Object.assign(L.polygon(own.latlngs(shape), style), {row: row});
    }));
    listen(made, "kumuh");
    return made;
  }

  // Tiles: one layer paints whatever is on, in the order of the panes.
  function source(text) {
    const bytes = Uint8Array.from(atob(text), one => one.charCodeAt(0));
    return new pmtiles.PMTiles({
      getKey: () => "petak" + text.length,
      getBytes: async (offset, length) => ({data: bytes.slice(offset, offset + length).buffer}),
    });
  }
  let sources = null;
  function archives() {
    sources = sources || Object.fromEntries(own.data.petak.map(one =>
      [String(one.zoom), {url: source(one.isi), maxDataZoom: one.zoom, levelDiff: 1}]));
    return sources;
  }
  const range = at => ({minzoom: own.data.petak[at].zoom + 1, maxzoom: at ? own.data.petak[at - 1].zoom : 99});
  const tiles = new Map();  // hatch -> its tile as a canvas
  function tileOf(look) {
    const key = own.hatch(look);
    if (!tiles.has(key)) {
      const canvas = own.element("canvas", {width: 8, height: 8}), ink = canvas.getContext("2d");
      if (look.isi) { ink.globalAlpha = look.pekat; ink.fillStyle = look.isi; ink.fillRect(0, 0, 8, 8); }
      ink.globalAlpha = 1; ink.strokeStyle = look.arsir_warna; ink.lineWidth = 1.5;
      ink.stroke(new Path2D(look.arsir));
      tiles.set(key, canvas);
    }
    return tiles.get(key);
  }
  function brush(lookOf) {
    return {draw: function (ink, rings, zoom, feature) {
      const look = lookOf(feature.props.n);
      ink.beginPath();
      for (const ring of rings) ring.forEach((one, at) => at ? ink.lineTo(one.x, one.y) : ink.moveTo(one.x, one.y));
      ink.globalAlpha = look.arsir ? 1 : look.pekat;
      ink.fillStyle = look.arsir ? ink.createPattern(tileOf(look), "repeat") : look.isi || "#fff";
      if (look.arsir || look.isi) ink.fill();
      ink.globalAlpha = 1;
      if (!look.garis) return;
      ink.strokeStyle = look.garis; ink.lineWidth = look.tebal; ink.setLineDash(look.putus);
      ink.stroke();
      ink.setLineDash([]);
    }};
  }
  const active = () => own.data.daftar.filter(entry => own.state.on.has(entry));
  own.active = active;
  function visible(entry) {  // an entry drawn by tiles, and whether it shows a row
    const paint = own.paints[entry.cat], layer = own.layers[paint.lapisan], picked = new Set(entry.pilih);
    return {paint, layer, shows: row => picked.has(paint.kelas[row])};
  }
  function rules() {
    const shown = active().map(visible).filter(one => !one.layer.bentuk);
    shown.sort((one, other) => RANK.indexOf(one.layer.nama) - RANK.indexOf(other.layer.nama));
    return shown.flatMap(one => own.data.petak.map((archive, at) => Object.assign(range(at), {
      dataSource: String(archive.zoom), dataLayer: "petak",
      filter: (zoom, feature) => feature.props.l === one.layer.petak && one.shows(feature.props.n),
      symbolizer: brush(row => own.look(one.paint, row)),
    })));
  }
  const tileLayer = (pane, paintRules) => protomapsL.leafletLayer(
    {sources: archives(), paintRules: paintRules, labelRules: [], pane: pane, attribution: ""});
  function retile() {
    if (!tiled) return;
    tiled.paintRules = rules();
    tiled.rerenderTiles();
  }
  function hit(latlng) {
    if (!tiled) return null;
    const zoom = Math.round(map.getZoom());
    const at = own.data.petak.findIndex(one => zoom > one.zoom);
    if (at < 0) return null;
    const found = tiled.queryTileFeaturesDebug(latlng.lng, latlng.lat).get(String(own.data.petak[at].zoom)) || [];
    const shown = active().map(visible).filter(one => !one.layer.bentuk).map(one => ({one, rows: found
      .filter(pick => pick.feature.props.l === one.layer.petak && one.shows(pick.feature.props.n)).map(pick => pick.feature.props.n)}));
    const best = shown.filter(one => one.rows.length)
      .sort((a, b) => RANK.indexOf(b.one.layer.nama) - RANK.indexOf(a.one.layer.nama))[0];
    return best ? {pane: best.one.layer.nama, row: best.rows[best.rows.length - 1]} : null;
  }
  own.hit = hit;

  function answer(latlng, pane, row) {
    if (own.measuring) return;
    const tile = hit(latlng);
    if (tile && (!pane || RANK.indexOf(tile.pane) > RANK.indexOf(pane))) { pane = tile.pane; row = tile.row; }
    if (!pane) return;
    const room = Math.min(340, map.getSize().x - 70);
    open = {popup: L.popup({maxWidth: room, minWidth: Math.min(220, room), autoPanPadding: [14, 14]}), pane, row};
    map.openPopup(open.popup.setLatLng(latlng).setContent(own.told(pane, row)));
  }
  own.answer = answer;
  // What is open says the figures of the stop that the slider stands on.
  let open = null;
  function retell() {
    if (open && open.popup.isOpen()) open.popup.setContent(own.told(open.pane, open.row));
  }

  own.told = function (pane, row) {
    const layer = own.layers[pane], unit = (own.data.rekap[pane] || [])[row];
    const body = own.element("tbody", {});
    layer.isi[row].forEach(function (cell, at) {
      if (cell === "") return;
      const figure = at - layer.angka;
      const value = unit && layer.angka >= 0 && figure >= 0 && figure < 4 ? unit.angka[own.state.t][figure] : own.read(cell);
      const kind = /^[\d.,\u2013-]+$/.test(value) && !layer.kode.includes(at) ? "angka-sel" : "";
      body.append(own.element("tr", {}, own.element("th", {textContent: own.read(layer.kolom[at])}), own.element("td", {className: kind, textContent: value})));
    });
    const box = own.element("div", {}, own.element("h4", {textContent: own.read(layer.judul[row])}));
    const years = own.data.rekap.tahun.length > 2;
    // Of what has no figures for each year the rows say the end, whatever the slider says.
    if (years && (unit || pane === "bidang")) box.append(own.element("p", {className: "keadaan", textContent: own.asOf(unit ? own.state.t : own.data.rekap.tahun.length - 1)}));
    box.append(own.element("table", {className: "petak"}, body));
    if (!unit) return box;
    if (unit.angka.length > 2) box.append(yearly(unit));
    const choose = own.element("button", {type: "button", className: "ke-panel", textContent: own.words.ke_panel});
    choose.onclick = function () { map.closePopup(); own.choose(pane, row); };
    box.append(choose);
    return box;
  };
  own.asOf = function (t) {
    const last = own.data.rekap.tahun.length - 1, w = own.words, year = own.read(own.data.rekap.tahun[t]);
    return t === 0 ? w.keadaan_awal : t < last ? `${w.keadaan_sampai} ${year}` : `${w.keadaan_akhir} (${year})`;
  };
  function yearly(unit) {
    const head = [own.words.tahun, own.words.tertangani_ha, "%", own.words.sisa_ha];
    const rows = unit.angka.slice(1).map((said, at) => [own.read(own.data.rekap.tahun[at + 1]), said[0], said[1], said[2]]);
    const line = (cells, tag) => own.element("tr", {}, ...cells.map(one => own.element(tag, {textContent: one})));
    return own.element("table", {className: "petak tahunan"}, own.element("thead", {}, line(head, "th")),
      own.element("tbody", {}, ...rows.map((row, at) => Object.assign(line(row, "td"), {className: at + 1 === own.state.t ? "kini" : ""}))));
  }

  own.toggle = function (entry, on) {
    const others = on && entry.satu ? active().filter(one => one.satu === entry.satu && one !== entry) : [];
    others.forEach(one => own.toggle(one, false));
    if (on) own.state.on.add(entry); else own.state.on.delete(entry);
    const layer = own.layers[own.paints[entry.cat].lapisan];
    if (layer.bentuk) {
      if (on) { group(entry).addTo(map); restyle(entry); } else if (drawn.has(entry)) drawn.get(entry).remove();
    }
    if (entry.cat === "kumuh" && outlines) { if (on) outlines.addTo(map); else outlines.remove(); }
    // Classes of score are another account than ground handled, and than the classes that the decree writes.
    const scored = active().some(one => one.satu === "skor");
    for (const pane of ["bidang", "sebelum"]) map.getPane(pane).style.display = scored ? "none" : "";
    map.getContainer().classList.toggle("bernilai", scored);
    retile();
    own.circled();
    own.listed();
  };
  function restyle(entry) {
    const paint = own.paints[entry.cat];
    if (!drawn.has(entry) || !(paint.sejak || paint.langkah)) return;
    drawn.get(entry).eachLayer(function (one) {
      const look = own.look(paint, one.row);
      if (one.options.look === look) return;
      one.options.look = look;
      one.setStyle(Object.assign(own.style(look), {weight: look.tebal * thin}));
    });
  }
  own.repaint = function () {
    active().forEach(restyle);
    retile();
    retell();
    own.circled();
  };

  // Ground before any work: all of it is left.
  own.before = function (on) {
    const layer = own.layers.kumuh, style = Object.assign(own.style(own.data.sisa), {pane: "sebelum", interactive: false, smoothFactor: 0.6});
    if (!layer.bentuk) {
      const all = own.data.petak.map((archive, at) => Object.assign(range(at), {
        dataSource: String(archive.zoom), dataLayer: "petak", filter: (zoom, feature) => feature.props.l === layer.petak,
        symbolizer: brush(() => own.data.sisa)}));
      beforeTiled = beforeTiled || tileLayer("sebelum", all);
    } else before = before || L.featureGroup(layer.bentuk.map(shape => L.polygon(own.latlngs(shape), style)));
    const shown = before || beforeTiled;
    if (on) shown.addTo(map); else shown.remove();
  };

  // From afar a full outline would hide the slum in it.
  let thin = 1;
  function thinner() {
    const now = map.getZoom() < 11.5 ? 0.4 : map.getZoom() < 14 ? 0.6 : 1;
    if (now === thin) return;
    thin = now;
    for (const made of [outlines, ...drawn.values()]) if (made) made.eachLayer(one => one.setStyle({weight: one.options.look.tebal * thin}));
  }

  own.draw = function (canvas) {
    map = own.map = canvas;
    own.Sign = L.CircleMarker.extend({_updatePath: function () {
      this._renderer._setPath(this, own.sign(this.options.look, this._point.x, this._point.y, 7));
    }});
    for (const [name, height] of Object.entries(PANES)) map.createPane(name).style.zIndex = height;
    outlines = outline();
    map.on("zoomend", thinner);
    if (own.data.petak.length) {
      tiled = tileLayer("bidang", []);
      map.on("click", event => answer(event.latlng, null, 0));
      tiled.addTo(map);
      own.tiled = tiled;
    }
  };
})(petakumuh);
