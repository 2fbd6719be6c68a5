"use strict";
// The panel: figures that follow the slider and the chosen unit, the search, and what is on the map with its legend.
(function (own) {
  const state = own.state, recap = own.data.rekap;
  const plain = text => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  let mark = null, playing = 0;
  const lines = [];  // of the list: entry, its box, its legend

  const unitOf = () => state.level === "semua" ? recap.semua : recap[state.level][state.row];
  function figures() {
    const unit = unitOf(), said = unit.angka[state.t];
    own.find("unit").textContent = state.level === "semua" ? own.words.seluruh : own.read(own.layers[state.level].judul[state.row]);
    own.find("semua").hidden = state.level === "semua";
    own.find("luas").textContent = unit.luas;
    own.find("tertangani").textContent = said[0];
    own.find("persen").textContent = said[1] + " %";
    own.find("sisa").textContent = said[2];
    own.find("persen-sisa").textContent = said[3] + " %";
    document.querySelector(".angka").classList.toggle("panjang", unit.luas.length > 9);
    own.find("batang").style.width = Math.min(100, unit.bagian[state.t] * 100) + "%";
    own.find("asal").textContent = own.words.dari_bidang;
    own.find("asal").hidden = state.level === "semua" || state.t === 0 || state.t === unit.angka.length - 1;
    own.find("sampai").textContent = own.read(recap.tahun[state.t] || "");
    [...own.find("tangga").children].forEach(function (one, at) {
      one.classList.toggle("kini", at <= state.t);
      one.firstChild.style.height = Math.max(1, unit.bagian[at] * 100) + "%";
    });
  }

  own.choose = function (level, row) {
    state.level = level; state.row = row;
    if (mark) mark.remove();
    mark = null;
    if (level === "semua") own.home(); else {
      const layer = own.layers[level], bounds = own.bounds(level, row);
      const [[south, west], [north, east]] = [[bounds.getSouth(), bounds.getWest()], [bounds.getNorth(), bounds.getEast()]];
      const holes = layer.bentuk ? own.latlngs(layer.bentuk[row]).map(part => part[0])
        : [[[south, west], [north, west], [north, east], [south, east]]];
      const veil = L.polygon([[[-85, -180], [85, -180], [85, 180], [-85, 180]], ...holes],
        {pane: "sorot", stroke: false, fillColor: "#fff", fillOpacity: 0.62, interactive: false});
      const edge = L.polygon(holes.map(one => [one]), {pane: "sorot", color: "#22272b", weight: 2.2, fill: false, interactive: false});
      mark = L.layerGroup([veil, edge]).addTo(own.map);
      own.fit(bounds);
    }
    figures();
  };

  // Slider of years.
  function year(t) {
    state.t = t;
    own.find("geser").value = t;
    figures();
    const ground = own.data.daftar.find(entry => entry.cat === "tahun");
    if (ground && !state.on.has(ground)) own.toggle(ground, true);
    own.repaint();
    own.listed();
  }
  own.year = year;
  function slider() {
    const last = recap.tahun.length - 1, slide = own.find("geser"), play = own.find("putar");
    if (last < 2) return;  // one stop says no more than before and after
    own.find("tahun").hidden = false;
    slide.max = last; slide.value = state.t;
    own.find("tangga").append(...recap.tahun.map(() => own.element("span", {}, own.element("i", {}))));
    const labels = own.element("div", {className: "label-tahun"}, ...recap.tahun.map((one, at) => own.element("span",
      {textContent: last < 8 || at === 0 || at === last || at % Math.ceil(last / 6) === 0 ? own.read(one) : ""})));
    slide.after(labels);
    // Thumbs stand in the middle of their bars.
    slide.style.padding = `0 calc(${50 / (last + 1)}% - 8px)`;
    slide.oninput = () => { stop(); year(Number(slide.value)); };
    const still = () => play.replaceChildren(own.icon("M8 5l11 7-11 7z"));
    function stop() { clearInterval(playing); playing = 0; still(); }
    play.onclick = function () {
      if (playing) return stop();
      play.replaceChildren(own.icon("M8 5v14M16 5v14"));
      year(state.t === last ? 0 : state.t + 1);
      playing = setInterval(() => state.t === last ? stop() : year(state.t + 1), 1100);
    };
    still();
  }

  // Search.
  function search() {
    const box = own.find("cari"), list = own.find("hasil");
    const known = own.data.cari.map(([level, row, title, hint]) => ({level, row, title: own.read(title), hint: own.read(hint)}));
    known.forEach(one => { one.text = plain(one.title + " " + one.hint); });
    let at = -1;
    const options = () => [...list.querySelectorAll("[role=option]")];
    const close = () => { list.hidden = true; at = -1; };
    function take(one) {
      box.value = one.level === "semua" ? "" : one.title;
      close(); box.blur();
      own.choose(one.level, one.row);
    }
    function show() {
      const wanted = plain(box.value).split(/\s+/).filter(Boolean);
      const fits = known.filter(one => wanted.every(part => one.text.includes(part)));
      const begin = one => plain(one.title).startsWith(wanted.join(" ")) ? 0 : 1;
      const found = (wanted.length ? fits.sort((a, b) => begin(a) - begin(b)) : known).slice(0, 40);
      list.replaceChildren(...found.map(function (one) {
        const row = own.element("li", {textContent: one.title}, own.element("small", {textContent: one.hint}));
        row.setAttribute("role", "option");
        row.onpointerdown = event => event.preventDefault();
        row.onclick = () => take(one);
        return row;
      }));
      if (!found.length) list.append(own.element("li", {textContent: own.words.tidak_ada}));
      list.hidden = false; at = -1;
    }
    box.onfocus = () => { box.select(); show(); };
    box.oninput = show;
    box.onblur = () => setTimeout(close, 150);
    box.onkeydown = function (event) {
      const rows = options();
      if (event.key === "Escape") close();
      if (event.key === "Enter" && rows.length) rows[Math.max(at, 0)].click();
      if (!["ArrowDown", "ArrowUp"].includes(event.key) || !rows.length) return;
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length;
      rows.forEach((row, place) => row.setAttribute("aria-selected", place === at));
      rows[at].scrollIntoView({block: "nearest"});
    };
    own.find("semua").onclick = function () { box.value = ""; own.choose("semua", 0); };
  }

  // What is on the map, each with its classes.
  own.listed = function () {
    for (const {entry, box, legend, label} of lines) {
      box.checked = state.on.has(entry);
      legend.hidden = !box.checked;
      label.classList.toggle("mati", !box.checked);
    }
    for (const title of own.find("daftar").querySelectorAll("h3")) {
      const under = lines.filter(one => one.title === title);
      title.classList.toggle("mati", under.length > 0 && under.every(one => !one.box.checked));
    }
  };
  function legendOf(entry) {
    const paint = own.paints[entry.cat];
    const looks = entry.pilih.map(at => paint.rupa[at]);
    // The slider leaves ground unhandled that is handled at the end.
    if (paint.sejak && !paint.sejak.includes(-1)) looks.push(own.data.sisa);
    return own.element("ul", {}, ...looks.map(look => own.element("li", {}, own.swatch(look), own.element("span", {textContent: own.read(look.label)}))));
  }
  function list() {
    const place = own.find("daftar");
    place.append(own.element("ul", {id: "lingkaran", hidden: true}));
    let group = null, title = null;
    for (const entry of own.data.daftar) {
      if (entry.kelompok !== group) {
        title = own.element("h3", {textContent: own.read(entry.kelompok)});
        place.append(title);
      }
      group = entry.kelompok;
      const box = own.element("input", {type: "checkbox"}), name = own.read(entry.nama);
      const label = own.element("label", {}, box, own.element("span", {textContent: name}));
      const legend = legendOf(entry);
      box.onchange = () => own.toggle(entry, box.checked);
      lines.push({entry, box, legend, label, title});
      place.append(label, legend);
    }
    if (own.data.dasar.length) bases(place);
  }
  function bases(place) {
    place.append(own.element("h3", {className: "tanpa-cetak", textContent: own.words.dasar}));
    const layers = [null, ...own.data.dasar.map(one => L.tileLayer(one.alamat,
      {attribution: one.kredit, maxNativeZoom: one.zoom, maxZoom: 19, crossOrigin: "anonymous"}))];
    layers.forEach(function (layer, at) {
      const box = own.element("input", {type: "radio", name: "dasar", checked: at === 0});
      const name = layer ? own.read(own.data.dasar[at - 1].nama) : own.words.tanpa_dasar;
      box.onchange = () => layers.forEach((one, place) => one && (place === at ? one.addTo(own.map) : one.remove()));
      place.append(own.element("label", {className: "tanpa-cetak"}, box, own.element("span", {textContent: name})));
    });
  }

  own.panel = function () {
    const panel = own.find("panel"), handle = own.find("gagang");
    handle.setAttribute("aria-label", own.words.panel);
    handle.onclick = () => handle.setAttribute("aria-expanded", panel.classList.toggle("buka"));
    L.DomEvent.disableScrollPropagation(panel);
    list(); slider(); search(); figures();
    own.data.daftar.filter(entry => entry.tampil).forEach(entry => own.toggle(entry, true));
    own.listed();
  };
})(petakumuh);
